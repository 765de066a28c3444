/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What the exporter makes of headers, addresses and files. */
#include <config.h>

#include "export/address.h"
#include "export/negotiate.h"
#include "export/secret.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN "application/openmetrics-text"

static void test_accept(void)
{
    static const struct {
        const char *accept;
        bool open;
    } cases[] = {
        {NULL, false},
        {"", false},
        {"*/*", false},
        {"text/plain", false},
        {OPEN, true},
        {"APPLICATION/OpenMetrics-Text", true},
        {OPEN ";version=1.0.0", true},
        {OPEN "; version=\"1.0.0\"; charset=utf-8", true},
        {OPEN ";version=0.0.1", false},
        {OPEN ";version=2.0.0,text/plain;q=0.1", false},
        /* Prometheus 2.42 */
        {OPEN ";version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;"
              "version=0.0.4;q=0.5,*/*;q=0.1",
         true},
        {OPEN ";q=0.4,text/plain;q=0.5", false},
        {OPEN ";q=0.5,text/plain;q=0.5", false},
        {OPEN ";q=0", false},
        {OPEN ";q=nan,text/plain;q=0.001", false},
        {OPEN ";q=2,text/plain;q=0.1", false},
        {OPEN ";q=0.3, */*;q=0.2", true},
        {"image/png", false},
        {"application/*;q=0.9,text/plain;q=0.2", true},
        {";;;,,,=;q", false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].accept ? cases[i].accept : "none");
        g_assert_cmpint(negotiate_openmetrics(cases[i].accept), ==, cases[i].open);
    }
}

static void test_encoding(void)
{
    g_assert_false(negotiate_gzip(NULL));
    g_assert_false(negotiate_gzip("identity"));
    g_assert_true(negotiate_gzip("gzip"));
    g_assert_true(negotiate_gzip("deflate, GZIP;q=0.5"));
    g_assert_false(negotiate_gzip("gzip;q=0"));
    g_assert_false(negotiate_gzip("gzip;q=0, *"));
    g_assert_true(negotiate_gzip("br, *;q=0.1"));
}

static void test_addresses(void)
{
    static const struct {
        const char *text, *is; /* NULL: none */
    } cases[] = {
        {"127.0.0.1:80", "127.0.0.1:80"}, {"[::1]:10177", "[::1]:10177"},
        {"localhost:1", "127.0.0.1:1"},   {":9000", "[::]:9000"},
        {"9000", "127.0.0.1:9000"},       {"0.0.0.0:0", "0.0.0.0:0"},
        {"", NULL},                       {"127.0.0.1", NULL},
        {"127.0.0.1:", NULL},             {"127.0.0.1:65536", NULL},
        {"::1:80", NULL},                 {"[::1]", NULL},
        {"[]:80", NULL},                  {"kvm7:80", NULL},
        {"127.0.0.1:-1", NULL},           {"[:80", NULL},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct address a;
        g_test_message("%s", cases[i].text);
        g_assert_cmpint(address_parse(cases[i].text, &a), ==, cases[i].is != NULL);
        char *text = cases[i].is ? address_text(&a) : NULL;
        g_assert_cmpstr(text, ==, cases[i].is);
        g_free(text);
    }
}

typedef char *reader(const char *path, char **error);

static void check_file(const char *content, mode_t mode, reader *read, const char *expected,
                       const char *complaint)
{
    char *error = NULL, *path = NULL;
    int fd = g_file_open_tmp("vtop-secret-XXXXXX", &path, NULL);

    close(fd);
    g_assert_true(g_file_set_contents(path, content, -1, NULL));
    chmod(path, mode);
    char *text = read(path, &error);
    g_assert_cmpstr(text, ==, expected);
    if (complaint) {
        g_assert_nonnull(strstr(error, complaint));
        g_assert_nonnull(strstr(error, path));
    } else {
        g_assert_null(error);
    }
    g_unlink(path);
    g_free(path);
    g_free(text);
    g_free(error);
}

static void test_secrets(void)
{
#define KEY "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"
#define CERT "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"
    check_file("prom:se:cret\nmore\n", 0640, secret_password, "prom:se:cret", NULL);
    check_file("prom:secret\n", 0644, secret_password, NULL, "others can read it");
    check_file("prom\n", 0600, secret_password, NULL, "USER:PASSWORD is expected");
    check_file(":secret\n", 0600, secret_password, NULL, "USER:PASSWORD is expected");
    check_file("prom:\n", 0600, secret_password, NULL, "USER:PASSWORD is expected");
    check_file("", 0600, secret_password, NULL, "USER:PASSWORD is expected");
    check_file(KEY, 0600, secret_key, KEY, NULL);
    check_file(KEY, 0604, secret_key, NULL, "others can read it");
    check_file(CERT, 0600, secret_key, NULL, "PRIVATE KEY");
    check_file(CERT, 0644, secret_certificate, CERT, NULL);
    check_file(KEY, 0644, secret_certificate, NULL, "CERTIFICATE");
    char *error = NULL;
    g_assert_null(secret_key("/nonexistent/key", &error));
    g_assert_cmpstr(error, ==, "'/nonexistent/key': No such file or directory");
    g_clear_pointer(&error, g_free);
    g_assert_null(secret_certificate("/dev/zero", &error));
    g_assert_cmpstr(error, ==, "'/dev/zero': is not a regular file");
    g_free(error);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/export/accept", test_accept);
    g_test_add_func("/export/encoding", test_encoding);
    g_test_add_func("/export/addresses", test_addresses);
    g_test_add_func("/export/secrets", test_secrets);
    return g_test_run();
}
