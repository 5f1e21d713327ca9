/* http.h - serve /debug/pprof/ from the program you are in.
 *
 *     pprof_http_start("localhost:6060");
 *
 * and then, from anywhere on the machine,
 *
 *     pprof http://localhost:6060/debug/pprof/profile?seconds=5
 *
 * With ?symbolize=0 a profile has addresses alone (a busy server's clients look
 * names up themselves), with names the functions, with lines source lines and
 * inlined calls, too. What is said without it: PPROF_SYMBOLIZE (pprof.h).
 */
#ifndef PPROF_HTTP_H
#define PPROF_HTTP_H

#ifdef __cplusplus
extern "C" {
#endif

/* Listen on a thread of our own, in which all signals are blocked. `address`
 * is "host:port"; ":port" or "port" alone means localhost, for a profile says
 * much about a program: name the address "0.0.0.0:6060" if everybody may see.
 * Port 0 takes a free one; pprof_http_address tells which. Requests that name
 * another host than the one listened on (DNS rebinding) are refused.
 *
 * 0, or a negative errno: -EINVAL (no such address form), -EADDRINUSE,
 * -EALREADY (a listener is running), -ENOENT (libpprof-http.so was not found
 * beside libpprof.so), ... The reason in words: pprof_http_error. */
int pprof_http_start(const char *address);

/* Stop listening, end collections that are under way, and wait for the thread
 * to be gone. Does nothing when there is no listener. */
void pprof_http_stop(void);

/* "127.0.0.1:6060", what is listened on; "" when nothing is. Valid until the
 * next start or stop. */
const char *pprof_http_address(void);

/* What went wrong at the last pprof_http_start, in a sentence; "" if nothing.
 * Valid until the next start. */
const char *pprof_http_error(void);

#ifdef __cplusplus
}
#endif
#endif
