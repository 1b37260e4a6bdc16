/* SPDX-License-Identifier: BSD-3-Clause */
/* What operators are told. */
#pragma once

#include "pppoe/ac.h"
#include "session/state.h"

/* TEXT follows "session 7 of bob (02:00:00:00:00:01 on ether3): ". */
void tp_ac_tell(struct tp_line *line, enum tp_ac_event_kind kind, enum tp_log_level level,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same, by a name that the line does not have (yet). */
void tp_ac_tell_user(struct tp_line *line, enum tp_ac_event_kind kind, enum tp_log_level level,
		     const char *user, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* A login has failed. QUIETLY: nobody is told, but who remembers (a flood of what was told before).
 */
void tp_ac_tell_login_failed(struct tp_line *line, const char *user, enum tp_auth_failure failure,
			     bool quietly, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* What the subscriber of S gets is another since it HAD that, as WHO has said. */
void tp_ac_tell_changed(struct tp_session *s, const struct tp_subscriber *had, const char *who);
/* TEXT as it is, at the level debug: for what happens to a city at once. */
void tp_ac_tell_plainly(struct tp_line *line, enum tp_ac_event_kind kind, const char *text);
void tp_ac_tell_gave_way(struct tp_line *line, enum tp_ac_bound bound);
/* IPCP, or IPV6CP, came to nothing; WISH: the address that the client insisted on, or 0. */
void tp_ac_tell_network_refused(struct tp_line *line, bool ipv6, enum tp_ppp_reason reason,
				uint32_t wish);
void tp_ac_tell_refused(struct tp_ac *ac, const struct tp_pppoe_packet *packet,
			enum tp_pppoe_reason reason, const char *detail);
