/* SPDX-License-Identifier: BSD-3-Clause */
#include "explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...)
{
	const size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

/* ---- discovery --------------------------------------------------------------------------------
 */

static bool all_are(const struct tp_pppoe_offers *offers, enum tp_pppoe_reason reason)
{
	for (unsigned i = 0; i < offers->count; i++)
		if (offers->offer[i].reason != reason)
			return false;
	return true;
}

static void list(const struct tp_pppoe_offers *offers, char *text, size_t size)
{
	char mac[TP_MAC_TEXT_LEN];

	for (unsigned i = 0; i < offers->count; i++) {
		const struct tp_pppoe_refused *offer = &offers->offer[i];

		append(text, size, "%s\"%s\" (%s)", i > 0 ? "; " : "", offer->ac_name,
		       tp_mac_format(&offer->mac, mac));
		if (offer->services[0] != '\0')
			append(text, size, " with %s", offer->services);
		if (offer->reason != TP_PPPOE_AC_NAME_MISMATCH &&
		    offer->reason != TP_PPPOE_SERVICE_NOT_OFFERED)
			append(text, size, " (%s)", tp_pppoe_reason_text(offer->reason));
	}
	if (offers->more)
		append(text, size, "; and others");
}

void explain_no_offer(const struct settings *settings, const struct tp_pppoe_offers *offers,
		      char *text, size_t size)
{
	if (offers->count == 0) {
		snprintf(text, size, "%s", tp_pppoe_reason_text(TP_PPPOE_NO_OFFER));
		return;
	}
	if (all_are(offers, TP_PPPOE_AC_NAME_MISMATCH))
		snprintf(text, size, "no access concentrator of the ac-name \"%s\" answered",
			 settings->ac_name);
	else if (all_are(offers, TP_PPPOE_SERVICE_NOT_OFFERED))
		snprintf(text, size, "no access concentrator offers the service-name \"%s\"",
			 settings->service_name);
	else
		snprintf(text, size, "no offer could be taken");
	append(text, size, ", but there answered: ");
	list(offers, text, size);
}

/* ---- authentication ---------------------------------------------------------------------------
 */

static const struct {
	unsigned long number;
	const char *text;
} errors[] = {
	{TP_PPP_ERROR_RESTRICTED_LOGON_HOURS, "the account may not log in at this time"},
	{TP_PPP_ERROR_ACCT_DISABLED, "the account is disabled"},
	{648, "the password has expired"},
	{TP_PPP_ERROR_NO_DIALIN_PERMISSION, "the account may not dial in"},
	{TP_PPP_ERROR_AUTHENTICATION_FAILURE, "wrong user or password"},
	{709, "the password could not be changed"},
};

const char *explain_refusal(const char *failure, char *text, size_t size)
{
	const char *words = "refused", *message;
	char *end = NULL;
	unsigned long number;

	text[0] = '\0';
	if (strncmp(failure, "E=", 2) != 0)
		return failure;
	number = strtoul(failure + 2, &end, 10);
	if (end == failure + 2 || (*end != ' ' && *end != '\0'))
		return failure;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].number == number)
			words = errors[i].text;
	snprintf(text, size, "%s (error %lu)", words, number);
	message = strstr(failure, " M=");
	return message != NULL ? message + 3 : "";
}
