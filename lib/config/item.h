/* SPDX-License-Identifier: BSD-3-Clause */
/* Items before they are in a store: made, filled, completed. And the store's insides, for the
 * files of this folder. Private to lib/config. */
#pragma once

#include "config/file/file.h"
#include "config/types/property.h"
#include "config/store.h"

/* An item with all defaults; its key is not yet known. NULL when memory is out. */
struct tp_config_item *tp_item_create(const struct tp_resource *resource);
struct tp_config_item *tp_item_copy(const struct tp_config_item *item);
void tp_item_destroy(struct tp_config_item *item);

int tp_item_set(struct tp_config_item *item, unsigned property, const struct tp_input *input,
		struct tp_error *error);
/* Back to the default. */
void tp_item_unset(struct tp_config_item *item, unsigned property);

/* The first required property at or after FROM that is not set; -1: none. */
int tp_item_missing(const struct tp_config_item *item, unsigned from);

/* Sets the defaults that depend on the configuration that the item is for: the first number that
 * is free there, the program's own. Returns 0 or -ENOMEM. Before tp_item_finish(). */
int tp_item_fill_in(struct tp_config_item *item, const struct tp_config *config);

/* Makes the key from the key properties. Returns 0 or -ENOMEM. */
int tp_item_finish(struct tp_config_item *item);

/* The item as a sentence names it: "ppp.secret[MT-User]"; with a property (>= 0),
 * "ppp.secret[MT-User].profile". Returns TEXT. */
#define TP_LABEL_LEN 190
char *tp_item_label(const struct tp_config_item *item, int property, char text[TP_LABEL_LEN]);

/* Where the file has the property, or else the item; PROPERTY -1: the item. */
struct tp_mark tp_item_mark(const struct tp_config_item *item, int property);

/* A singleton, the profile `default`, or a service: it cannot be removed or renamed. */
bool tp_item_is_always_there(const struct tp_config_item *item);

/* One of these, not a singleton, and with nothing of its own? */
bool tp_item_is_builtin(const struct tp_config_item *item);

TAILQ_HEAD(tp_item_list, tp_config_item);

struct tp_table {
	struct tp_item_list items;
	struct tp_config_item *by_key;
	struct tp_config_item *by_id;
	unsigned count;
	uint32_t last_id; /* the last one given out */
};

/* Comments on a branch of the file: PATH "ppp.secret"; "": its head; ".": its end. */
struct tp_remarks {
	STAILQ_ENTRY(tp_remarks) entry;
	char *text; /* lines with their "#"; NULL: none */
	char path[];
};

struct tp_kept;

struct tp_config {
	enum tp_program program;
	struct tp_table table[TP_RESOURCES];
	struct tp_kept *kept_core, *kept_local; /* see keeper.h */
	STAILQ_HEAD(, tp_remarks) remarks;
	struct tp_file_state file;   /* what it was read from */
	unsigned snapshots;	     /* that are being read */
	struct tp_item_list retired; /* out of the store, but snapshots may have them */
	struct tp_pending *pending;  /* what the file has in place of them, see pending.h */
	struct tp_errors warnings;   /* of the file as it was read */
};

/* Adds a finished item whose key is new, with the next id (at the end) if it has none. */
void tp_store_insert(struct tp_config *config, struct tp_config_item *item);
/* Puts an item that has an id behind BEFORE; NULL: at the beginning. */
void tp_store_insert_after(struct tp_config *config, struct tp_config_item *before,
			   struct tp_config_item *item);
void tp_store_remove(struct tp_config *config, struct tp_config_item *item);
/* Puts NEW in OLD's place with OLD's id; OLD is out of the store. */
void tp_store_replace(struct tp_config *config, struct tp_config_item *old,
		      struct tp_config_item *new);

/* Destroys an item that is out of the store, as soon as no snapshot has it. NULL is fine. */
void tp_store_retire(struct tp_config *config, struct tp_config_item *item);

/* Where the comments on a branch of the file are kept. NULL: there is no memory for them. */
char **tp_store_remarks(struct tp_config *config, const char *path);

/* An item that is not const: for those who own the store. */
struct tp_config_item *tp_store_find(const struct tp_config *config, enum tp_resource_id resource,
				     const char *key);

/* Who is told of what is wrong. PROPERTY -1: the item as a whole. */
struct tp_report {
	void (*tell)(struct tp_report *report, const struct tp_config_item *item, int property,
		     int code, const char *message);
	unsigned count;
};
/* The same of what is legal but hardly meant: CODE is 0. */
void tp_warn(struct tp_report *report, const struct tp_config_item *item, int property,
	     const char *format, ...) __attribute__((format(printf, 4, 5)));
void tp_report(struct tp_report *report, const struct tp_config_item *item, int property, int code,
	       const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Checks an item that is in the store against the others: references, places in use. */
void tp_check_item(const struct tp_config *config, const struct tp_config_item *item,
		   struct tp_report *report);
/* The same without its references; and what all items of a resource must be together. */
void tp_check_beside(const struct tp_config *config, const struct tp_config_item *item,
		     struct tp_report *report);
void tp_check_together(const struct tp_config *config, enum tp_resource_id resource,
		       struct tp_report *report);
/* Checks all items. */
void tp_check_all(const struct tp_config *config, struct tp_report *report);

/* Tells of all that is legal and hardly meant. */
void tp_warn_all(const struct tp_config *config, struct tp_report *report);

/* The first item that refers to the one of this key; its property in *PROPERTY. NULL: none. */
const struct tp_config_item *tp_check_user(const struct tp_config *config,
					   enum tp_resource_id resource, const char *key,
					   int *property);

/* Of NAMES (ends with NULL), the one that a person who wrote TEXT may have meant; NULL: none. */
const char *tp_nearest(const char *text, const char *const *names);
/* The same of a resource's properties. */
const char *tp_nearest_property(const struct tp_resource *resource, const char *text);
