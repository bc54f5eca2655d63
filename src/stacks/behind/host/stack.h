/* What main.c wants to know of a stack whose guest's side is the link, and whose users are ordinary
 * programs on its host's side. */
#ifndef STACK_H
#define STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LONGEST_FRAME 65536
#define ROOM (8 << 20)

/* As in the greeting. */
extern const char stack_name[];

/* Starts it, and returns a descriptor for its guest's side. The link is not for its process. The
 * options are those of the profile, to the null. */
int stack_start(int link, char **options);

/* Gives it a frame, which may be changed. */
void stack_send(int stack, uint8_t *frame, size_t length);

/* Reads once what is there, and gives each frame to the link; false at the end. */
bool stack_receive(int stack, int link);

/* ---- main.c ---- */

/* Says why the stack cannot be started, and ends. */
void fail(const char *what);

/* Ends the stack's process with this one; its standard output is not for its words. */
void stack_child(int link);

#endif
