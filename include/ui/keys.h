/* keys.h: the key table (keys.def) made into actions, help and key bars.
 *
 * Constant, any thread; but for keys_bar(), which the main thread asks.
 */
#ifndef VTOP_UI_KEYS_H
#define VTOP_UI_KEYS_H

#include "ui/decode.h"
#include "view/panels.h"

enum key_context {
    CONTEXT_TABLE = 1 << 0,
    CONTEXT_PAGE = 1 << 1,
    CONTEXT_MENU = 1 << 2,
    CONTEXT_CHOOSER = 1 << 3,
    CONTEXT_INPUT = 1 << 4
};

/* An action has one name, whatever it does in the one context and the other. */
enum action {
    ACTION_NONE,
    ACTION_UP,
    ACTION_DOWN,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_TOP,
    ACTION_BOTTOM,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_FOLLOW,
    ACTION_SEARCH,
    ACTION_SEARCH_NEXT,
    ACTION_SEARCH_PREVIOUS,
    ACTION_FILTER,
    ACTION_TOGGLE_VMS,
    ACTION_TOGGLE_CONTAINERS,
    ACTION_TOGGLE_SERVICES,
    ACTION_TREE,
    ACTION_UNFOLD,
    ACTION_FOLD,
    ACTION_FOLD_ALL,
    ACTION_SETUP,
    ACTION_SET_MAIN,
    ACTION_SET_CPU,
    ACTION_SET_MEMORY,
    ACTION_SET_DISK,
    ACTION_SET_NETWORK,
    ACTION_SET_PRESSURE,
    ACTION_OF_HOST,
    ACTION_SORT,
    ACTION_INVERT,
    ACTION_SORT_CPU,
    ACTION_SORT_MEMORY,
    ACTION_SORT_NAME,
    ACTION_SORT_READY,
    ACTION_SORT_THROTTLED,
    ACTION_TAG,
    ACTION_UNTAG_ALL,
    ACTION_PAUSE,
    ACTION_BACK_IN_TIME,
    ACTION_FORTH_IN_TIME,
    ACTION_FAR_BACK,
    ACTION_FAR_FORTH,
    ACTION_INTERVAL,
    ACTION_OPEN,
    ACTION_OPEN_HOST,
    ACTION_EXPLAIN,
    ACTION_PREVIOUS,
    ACTION_NEXT,
    ACTION_WINDOW,
    ACTION_GRAPHS,
    ACTION_BACK,
    ACTION_LEAVE,
    ACTION_TOGGLE,
    ACTION_SHIFT_UP,
    ACTION_SHIFT_DOWN,
    ACTION_RESET,
    ACTION_SAVE,
    ACTION_ACCEPT,
    ACTION_CANCEL,
    ACTION_LINE_LEFT,
    ACTION_LINE_RIGHT,
    ACTION_LINE_START,
    ACTION_LINE_END,
    ACTION_RUB_OUT,
    ACTION_DELETE,
    ACTION_CLEAR,
    ACTION_HELP,
    ACTION_THEME,
    ACTION_MOUSE,
    ACTION_REPAINT,
    ACTION_QUIT,
    ACTION_COUNT
};

struct key_binding {
    unsigned contexts; /* enum key_context, or-ed */
    enum action action;
    const char *keys; /* "F3 /" */
    const char *bar;  /* NULL: not in the key bar */
    const char *help;
};

extern const struct key_binding KEYS[];
extern const size_t KEYS_COUNT;

/* What a key does in a context; ACTION_NONE when it does nothing. */
enum action keys_action(enum key_context context, const struct key *key);

/* A name of the key table ("F3", "PgUp", "^L", "Space", "/") as a key; false when it is none. */
bool keys_parse(const char *name, size_t length, struct key *out);

/* For panel_help(); and the number of the section that matters most in a context. */
const struct panel_key *keys_help(void);
size_t keys_help_first(enum key_context context);

/* The key bar of a context, function keys in their order; *actions by the same index. The arrays
 * are valid until the next call. */
enum { KEYS_BAR_MAX = 12 };
struct keys_bar {
    struct panel_label labels[KEYS_BAR_MAX + 1];
    enum action actions[KEYS_BAR_MAX];
    char names[KEYS_BAR_MAX][8];
};
void keys_bar(enum key_context context, struct keys_bar *out);

#endif
