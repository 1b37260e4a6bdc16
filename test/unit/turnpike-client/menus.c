/* SPDX-License-Identifier: BSD-3-Clause */
/* The client's menus in docs/api.md and docs/routeros.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "api/routeros_menus.h"
#include "document.h"
#include "service.h"

static void test_the_documents_are_what_the_records_say(void **state)
{
	expect_in_document("api.md", tp_menus_to_markdown, &service_menus);
	expect_in_document("routeros.md", tp_routeros_to_markdown, &service_menus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_documents_are_what_the_records_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
