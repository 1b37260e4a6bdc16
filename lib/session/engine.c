/* SPDX-License-Identifier: BSD-3-Clause */
#include "session/engine.h"

#include <stdlib.h>
#include <string.h>

void *tp_ac_alloc(struct tp_ac *ac, size_t size)
{
	void *memory = calloc(1, size);

	if (memory != NULL)
		ac->counters.memory_bytes += size;
	return memory;
}

void tp_ac_free(struct tp_ac *ac, void *memory, size_t size)
{
	if (memory == NULL)
		return;
	ac->counters.memory_bytes -= size;
	free(memory);
}

char *tp_ac_text_copy(struct tp_ac *ac, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = tp_ac_alloc(ac, size);

	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

void tp_ac_text_free(struct tp_ac *ac, char *text)
{
	if (text != NULL)
		tp_ac_free(ac, text, strlen(text) + 1);
}

void tp_ac_now(struct tp_ac *ac, uint64_t now_ms)
{
	if (now_ms > ac->now_ms)
		ac->now_ms = now_ms;
}

void tp_ac_output(struct tp_ac *ac, const struct tp_access *to, const struct tp_mac *dst,
		  uint16_t ethertype, const uint8_t *payload, size_t len)
{
	if (to->port >= TP_AC_MAX_PORTS || !ac->ports[to->port].set) {
		ac->counters.unknown_port++;
		return;
	}
	ac->ops.output(ac->user, to, dst, ethertype, payload, len);
}

void tp_ac_sweep_start(struct tp_ac *ac)
{
	ac->sweeping = true;
	ac->sweep_from = 0;
}
