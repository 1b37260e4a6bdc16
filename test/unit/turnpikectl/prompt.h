/* SPDX-License-Identifier: BSD-3-Clause */
/* What is typed at the prompt, and what is printed for it: turnpikectl against a server with a real
 * configuration behind it. */
#pragma once

#include "ctl.h"

extern struct ctl ctl;
extern char *out, *err; /* what the last command printed */

/* The reference's Quick Example, as it stands there, with its prompts. */
extern const char quick_example[];

/* Of each test. */
int prompt_setup(void **state);
int prompt_teardown(void **state);

/* The server's. */
const char *socket_path(void);

enum ctl_result run(const char *line);

/* LINE prints PRINTED, and nothing else. */
void expect(const char *line, const char *printed);

/* LINE ends with RESULT, and SENTENCE is in what is said of it. */
void expect_refusal(const char *line, enum ctl_result result, const char *sentence);

/* Lines as from a file, which end with RESULT; then the top menu is entered. */
void script(const char *text, enum ctl_result result);

/* Four secrets, and their menu is entered. */
void add_secrets(void);

/* NAMES are those that CONDITION finds, with commas between. */
void expect_found(const char *condition, const char *names);
