/* SPDX-License-Identifier: BSD-3-Clause */
/* A driver's file: any bytes, or (when the first is odd) words of such files in any order. It is
 * refused with a place and a sentence that may be shown, and nothing changes; or it is taken, and
 * each value is in its range, reads back as it was, and may not be given twice. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dataplane/driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const words[] = {
	"rx-queues",
	"tx-queues",
	"rx-descriptors",
	"tx-descriptors",
	"spreads-pppoe",
	"spreads-ipv4",
	"promiscuous",
	"device-arguments",
	": ",
	": ",
	"\n",
	"\n",
	"yes",
	"no",
	"0",
	"128",
	"1024",
	"32769",
	"65537",
	"-1",
	"iface=eth0,blocksz=4096",
	"\"",
	"'",
	"\\0",
	"\\e",
	"\\x80",
	"{",
	"}",
	", ",
	"[",
	"- ",
	"? ",
	"---\n",
	"...\n",
	"&a ",
	"*a",
	"!!int ",
	"<<",
	"~",
	"# ",
	"|\n ",
	"%YAML 1.1\n",
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Puts words in place of their numbers. */
static char *spell(const uint8_t *data, size_t size, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	require(out != NULL);
	for (size_t i = 0; i < size; i++)
		fputs(words[data[i] % (sizeof(words) / sizeof(words[0]))], out);
	fclose(out);
	return text;
}

static const char *yes_no(bool value)
{
	return value ? "yes" : "no";
}

static char *written(const struct tp_driver *d)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	require(out != NULL);
	fprintf(out, "rx-queues: %u\ntx-queues: %u\nrx-descriptors: %u\ntx-descriptors: %u\n",
		d->rx_queues, d->tx_queues, d->rx_descriptors, d->tx_descriptors);
	fprintf(out, "spreads-pppoe: %s\nspreads-ipv4: %s\npromiscuous: %s\n",
		yes_no(d->spreads_pppoe), yes_no(d->spreads_ipv4), yes_no(d->promiscuous));
	fputs("device-arguments: '", out);
	for (const char *c = d->device_arguments; *c != '\0'; c++)
		fputs(*c == '\'' ? "''" : (char[]){*c, '\0'}, out);
	fputs("'\n", out);
	fclose(out);
	return text;
}

static bool same(const struct tp_driver *a, const struct tp_driver *b)
{
	return strcmp(a->name, b->name) == 0 && a->rx_queues == b->rx_queues &&
	       a->tx_queues == b->tx_queues && a->rx_descriptors == b->rx_descriptors &&
	       a->tx_descriptors == b->tx_descriptors && a->spreads_pppoe == b->spreads_pppoe &&
	       a->spreads_ipv4 == b->spreads_ipv4 && a->promiscuous == b->promiscuous &&
	       strcmp(a->device_arguments, b->device_arguments) == 0;
}

static void check_taken(const struct tp_driver *d)
{
	struct tp_driver again;
	struct tp_error error;
	char *text, *twice;

	require(d->rx_queues <= 128 && d->tx_queues <= 128);
	require(d->rx_descriptors <= 32768 && d->tx_descriptors <= 32768);
	require(memchr(d->device_arguments, '\0', sizeof(d->device_arguments)) != NULL);
	require(tp_text_is_plain(d->device_arguments));
	text = written(d);
	tp_driver_defaults(&again, d->name);
	require(tp_driver_parse(&again, text, strlen(text), "again", &error) == 0);
	require(same(d, &again));
	require(asprintf(&twice, "%s%s", text, text) > 0);
	require(tp_driver_parse(&again, twice, strlen(twice), "twice", &error) == -EINVAL);
	free(twice);
	free(text);
}

static void check_refused(const struct tp_driver *d, const struct tp_error *error)
{
	struct tp_driver before;
	unsigned line, column;

	tp_driver_defaults(&before, "net_fuzz");
	require(same(d, &before));
	require(error->code == -EINVAL && error->message[0] != '\0');
	require(tp_text_is_plain(error->message));
	require(sscanf(error->place, "fuzz:%u:%u", &line, &column) == 2 && line > 0 && column > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tp_error error = {0};
	struct tp_driver driver;
	char *spelt = NULL;

	if (size > 0 && data[0] % 2 == 1) {
		spelt = spell(data + 1, size - 1, &size);
		data = (const uint8_t *)spelt;
	}
	tp_driver_defaults(&driver, "net_fuzz");
	if (tp_driver_parse(&driver, (const char *)data, size, "fuzz", &error) == 0)
		check_taken(&driver);
	else
		check_refused(&driver, &error);
	free(spelt);
	return 0;
}
