/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* page.h: the page that the exporter shows to people who look at it with a browser. */
#ifndef VTOP_EXPORT_PAGE_H
#define VTOP_EXPORT_PAGE_H

#define PAGE_LANDING                                                                               \
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta "                                              \
    "charset=\"utf-8\"><title>vtop</title></head>\n"                                               \
    "<body><h1>vtop " PACKAGE_VERSION "</h1>\n"                                                    \
    "<p>Series of this host, its virtual machines and containers, for Prometheus and others that " \
    "scrape: <a href=\"/metrics\">/metrics</a>. The manual vtop(1) explains them.</p>\n"           \
    "<p><a href=\"/-/healthy\">/-/healthy</a> answers as long as vtop runs.</p></body></html>\n"

#endif
