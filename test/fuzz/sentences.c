/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as sentences of RouterOS's API, in pieces as the first byte says: a sentence is whole
 * at the same place however it comes, and what is read of it asks for one thing or is refused with
 * a reason; its answer can be written. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/query.h"
#include "mgmt/binary/answer.h"
#include "mgmt/binary/ask.h"
#include "mgmt/binary/sentence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void read_sentence(const uint8_t *sentence)
{
	struct mgmt_text out = {0};
	struct tp_error error = {0};
	struct mgmt_ask ask;
	int code = mgmt_ask_read(sentence, &ask, &error);

	check(code == 0 || code == -EINVAL);
	check((code != 0) == (error.message[0] != '\0'));
	if (code == 0 && ask.request != NULL) {
		struct tp_api_query *query = NULL;
		const json_t *from =
			ask.request->body != NULL ? ask.request->body : ask.request->query;

		check(ask.request->path[0] == '/');
		tp_api_query_open(json_object_get(from, TP_API_QUERY), &query, &error);
		tp_api_query_close(query);
		mgmt_answer_item(&out, ask.tag, from);
	}
	mgmt_answer_trap(&out, ask.tag, MGMT_TRAP_API, error.message);
	check(!out.failed);
	mgmt_text_free(&out);
	mgmt_ask_free(&ask);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mgmt_sentence whole = {0}, pieces = {0};
	size_t step;
	int code, piece = 0;

	if (size < 2)
		return 0;
	step = data[0] % 16 + 1;
	data++;
	size--;
	while (size > 0) {
		whole = pieces = (struct mgmt_sentence){0};
		code = mgmt_sentence_look(&whole, data, size);
		for (size_t len = step; piece == 0 && len < size; len += step)
			piece = mgmt_sentence_look(&pieces, data, len);
		if (piece == 0)
			piece = mgmt_sentence_look(&pieces, data, size);
		check(piece == code && (code != 1 || pieces.len == whole.len));
		piece = 0;
		if (code != 1)
			break;
		if (whole.words > 0)
			read_sentence(data);
		data += whole.len;
		size -= whole.len;
	}
	return 0;
}
