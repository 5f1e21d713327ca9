/* The page at /debug/pprof/: what can be collected, and how. It starts nothing
 * by itself: a profile that takes time is behind a form, which crawlers do not
 * send, and links say nofollow. The Content-Security-Policy leaves room for the
 * style sheet inside the page and for nothing else. Every text that is not
 * ours is escaped. */
#include "serve/exchange.h"

#define POLICY                                                                 \
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "      \
    "base-uri 'none'; frame-ancestors 'none'"

static const char page_style[] =
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;"
    "padding:0 1rem}"
    "h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.5rem .75rem .5rem 0;"
    "border-bottom:1px solid #8884;vertical-align:baseline}"
    "form{margin:0;white-space:nowrap}input{width:4.5rem}"
    "input,button{font:inherit}"
    "pre{background:#8882;padding:.75rem 1rem;border-radius:.4rem;"
    "overflow-x:auto}";

static void append_escaped(struct pp_buffer *page, const char *text)
{
    pp_buffer_append_escaped_xml(page, pp_slice_of(text));
}

static bool is_one_of(char c, const char *others)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c && strchr(others, c));
}

/* A name as a path relative to the page. */
static void append_path(struct pp_buffer *page, const char *name)
{
    for (; *name; name++)
        if (is_one_of(*name, "-._~/"))
            pp_buffer_append_char(page, *name);
        else
            pp_buffer_format(page, "%%%02X", (unsigned char)*name);
}

/* The host to put into commands: the one that the page was asked from, unless
 * a shell might take it for something else. */
static struct pp_slice host_for_shell(struct pp_slice host)
{
    for (size_t i = 0; i < host.size; i++)
        if (!is_one_of(host.data[i], "-._:[]"))
            host.size = 0;
    return host.size > 0 ? host : pp_slice_literal("HOST:PORT");
}

static void append_form(struct pp_buffer *page,
                        const struct pp_profiler *profiler)
{
    pp_buffer_append_text(page, "<form action=\"");
    append_path(page, profiler->name);
    pp_buffer_format(page,
                     "\"><label><input type=\"number\" name=\"seconds\" "
                     "value=\"%g\" min=\"1\" max=\"%d\"> seconds</label> "
                     "<button>Collect</button></form>",
                     profiler->default_seconds, PP_SERVE_SECONDS_MAX);
}

static void append_link(struct pp_buffer *page, const char *path,
                        const char *words)
{
    pp_buffer_append_text(page, "<a rel=\"nofollow\" href=\"");
    append_path(page, path);
    pp_buffer_append_text(page, "\">");
    append_escaped(page, words);
    pp_buffer_append_text(page, "</a>");
}

static void append_profiles(struct pp_buffer *page)
{
    for (uint32_t i = 0; pp_profilers[i]; i++) {
        const struct pp_profiler *profiler = pp_profilers[i];
        pp_buffer_append_text(page, "<tr><td>");
        append_escaped(page, profiler->name);
        pp_buffer_append_text(page, "</td><td>");
        append_escaped(page, profiler->description);
        pp_buffer_append_text(page, "</td><td>");
        if (profiler->default_seconds > 0)
            append_form(page, profiler);
        else
            append_link(page, profiler->name, "Download");
        pp_buffer_append_text(page, "</td></tr>\n");
    }
}

static void append_endpoints(struct pp_buffer *page)
{
    for (const struct pp_endpoint *endpoint = pp_endpoints; endpoint->name;
         endpoint++) {
        if (!endpoint->description)
            continue;
        pp_buffer_append_text(page, "<tr><td>");
        append_escaped(page, endpoint->name);
        pp_buffer_append_text(page, "</td><td>");
        append_escaped(page, endpoint->description);
        pp_buffer_append_text(page, "</td><td>");
        append_link(page, endpoint->name, "Show");
        pp_buffer_append_text(page, "</td></tr>\n");
    }
}

/* A command to copy for each profile. */
static void append_commands(struct pp_buffer *page,
                            const struct pp_request *request)
{
    struct pp_slice host = host_for_shell(request->host);
    for (uint32_t i = 0; pp_profilers[i]; i++) {
        pp_buffer_append_text(page, "pprof &#39;http://");
        pp_buffer_append_escaped_xml(page, host);
        pp_buffer_append_escaped_xml(page, request->prefix);
        pp_buffer_append_char(page, '/');
        append_path(page, pp_profilers[i]->name);
        pp_buffer_append_text(page, pp_profilers[i]->default_seconds > 0
                                        ? "?seconds=5&#39;\n"
                                        : "&#39;\n");
    }
}

void pp_answer_index(struct pp_exchange *exchange,
                     const struct pp_request *request)
{
    struct pp_buffer *page = &exchange->body;
    pp_exchange_status(exchange, 200);
    pp_exchange_header(exchange, "Content-Type", "text/html; charset=utf-8");
    pp_exchange_header(exchange, "Content-Security-Policy", POLICY);
    pp_buffer_append_text(
        page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
              "<meta charset=\"utf-8\">\n"
              "<meta name=\"viewport\" content=\"width=device-width\">\n"
              "<meta name=\"robots\" content=\"noindex, nofollow\">\n"
              "<title>");
    pp_buffer_append_escaped_xml(page, request->prefix);
    pp_buffer_format(page,
                     "/</title>\n<style>%s</style>\n</head>\n<body>\n<h1>",
                     page_style);
    pp_buffer_append_escaped_xml(page, request->prefix);
    pp_buffer_append_text(page, "/</h1>\n<table>\n<tr><th>Profile</th>"
                                "<th>What it shows</th><th></th></tr>\n");
    append_profiles(page);
    append_endpoints(page);
    pp_buffer_append_text(page,
                          "</table>\n<h2>On the command line</h2>\n<pre>");
    append_commands(page, request);
    pp_buffer_append_text(page, "</pre>\n</body>\n</html>\n");
}
