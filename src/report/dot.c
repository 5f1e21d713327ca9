/* -dot, and the reports that are pictures of it. */
#include "report/format.h"
#include "report/table.h"

int pp_report_print_dot(struct pp_report_job *job, struct pp_error *err)
{
    (void)job;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}

const struct pp_report pp_report_dot = {
    .name = "dot",
    .description = "Outputs a graph in DOT format",
    .suffix = "dot",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_gif = {
    .name = "gif",
    .description = "Outputs a graph image in GIF format",
    .suffix = "gif",
    .binary = true,
    .picture = "gif",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_pdf = {
    .name = "pdf",
    .description = "Outputs a graph in PDF format",
    .suffix = "pdf",
    .binary = true,
    .picture = "pdf",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_png = {
    .name = "png",
    .description = "Outputs a graph image in PNG format",
    .suffix = "png",
    .binary = true,
    .picture = "png",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_ps = {
    .name = "ps",
    .description = "Outputs a graph in PS format",
    .suffix = "ps",
    .binary = true,
    .picture = "ps",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_svg = {
    .name = "svg",
    .description = "Outputs a graph in SVG format",
    .suffix = "svg",
    .binary = true,
    .picture = "svg",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_web = {
    .name = "web",
    .description = "Visualize graph through web browser",
    .suffix = "svg",
    .picture = "svg",
    .viewer = "web",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_eog = {
    .name = "eog",
    .description = "Visualize graph through eog",
    .suffix = "svg",
    .picture = "svg",
    .viewer = "eog",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_evince = {
    .name = "evince",
    .description = "Visualize graph through evince",
    .suffix = "pdf",
    .picture = "pdf",
    .viewer = "evince",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_gv = {
    .name = "gv",
    .description = "Visualize graph through gv",
    .suffix = "ps",
    .picture = "ps",
    .viewer = "gv",
    .print = pp_report_print_dot,
};
