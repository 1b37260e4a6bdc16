/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzzes what reads PPP's packets and options, and the verification of a peer's proof with any
 * password, in any encoding. */
#include <stdlib.h>

#include "base/bytes.h"
#include "ppp/digest.h"
#include "ppp/auth.h"
#include "wire/ppp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_options(struct tp_reader r)
{
	struct tp_ppp_option option;

	while (tp_ppp_option_next(&r, &option) == TP_PPP_OPTION_OK) {
		uint16_t v16;
		uint32_t v32;
		unsigned sum = 0;

		for (unsigned i = 0; i < option.len; i++)
			sum += option.data[i];
		if (tp_ppp_option_be16(&option, &v16) && tp_ppp_option_be32(&option, &v32))
			abort();
		if (sum > 255u * option.len)
			abort();
	}
}

/* A proof that is made from the password must be accepted. */
static void verify(struct tp_reader r, char *password)
{
	struct tp_ppp_auth_request request = {.name = "u", .challenge_len = 16};
	struct tp_ppp_auth_result result = {0};
	uint8_t method;

	if (!tp_read_u8(&r, &method))
		return;
	request.method = (enum tp_ppp_method)(method % 6);
	tp_read_copy(&r, request.response, sizeof(request.response));
	tp_ppp_auth_verify(&request, password, &result);

	request.method = TP_PPP_MSCHAP2;
	tp_ppp_mschap2_response(request.challenge, request.response, request.name, password,
				request.response + 24);
	tp_ppp_auth_verify(&request, password, &result);
	if (!result.accept)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tp_reader r = tp_reader_of(data, size);
	struct tp_ppp_packet packet;
	char *password = strndup((const char *)data, size);

	if (password == NULL)
		return 0;
	if (tp_ppp_packet_parse(&r, &packet))
		read_options(packet.data);
	verify(tp_reader_of(data, size), password);
	free(password);
	return 0;
}
