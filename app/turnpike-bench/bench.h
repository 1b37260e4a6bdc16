/* SPDX-License-Identifier: BSD-3-Clause */
/* The rig's commands: each takes its own arguments (argv[0] is the command) and returns the
 * exit code: 0 all well, 1 something failed, 2 wrong usage. */
#pragma once

int bench_setup(int argc, char **argv);
int bench_traffic(int argc, char **argv);
int bench_restart(int argc, char **argv);
int bench_radius(int argc, char **argv);
int bench_dataplane(int argc, char **argv);
