/* SPDX-License-Identifier: BSD-3-Clause */
#include "ipv6/duid.h"

#define DUID_LL		  3
#define DUID_UUID	  4
#define HARDWARE_ETHERNET 1 /* IANA, "Hardware Types" */

void tp_duid_of_mac(struct tp_duid *duid, const uint8_t mac[6])
{
	static const uint8_t head[] = {0, DUID_LL, 0, HARDWARE_ETHERNET};

	memcpy(duid->bytes, head, sizeof(head));
	memcpy(duid->bytes + sizeof(head), mac, 6);
	duid->len = TP_DUID_LL_LEN;
}

void tp_duid_of_uuid(struct tp_duid *duid, const uint8_t uuid[16])
{
	duid->bytes[0] = 0;
	duid->bytes[1] = DUID_UUID;
	memcpy(duid->bytes + 2, uuid, 16);
	duid->len = TP_DUID_UUID_LEN;
}

char *tp_duid_format(const uint8_t *bytes, size_t len, char *text, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	char *p = text;

	if (size < 3) {
		if (size > 0)
			text[0] = '\0';
		return text;
	}
	*p++ = '0';
	*p++ = 'x';
	for (size_t i = 0; i < len && (size_t)(p - text) + 3 <= size; i++) {
		*p++ = digits[bytes[i] >> 4];
		*p++ = digits[bytes[i] & 15];
	}
	*p = '\0';
	return text;
}
