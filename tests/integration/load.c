/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/*
 * load: a measured amount of work, for the guests that the integration tests watch.
 *
 *   load [cpu=PERCENT] [mem=MIB] [disk=PATH,WRITE_KIB,READ_KIB] [address=IF,IP/BITS]
 *        [send=IP:PORT,KIB] [drain=PORT]
 *
 *   cpu      burns that share of one core, in slices of 50 ms
 *   mem      allocates and touches that much, and keeps it
 *   disk     writes and reads that many KiB per second, past the page cache where it can
 *   address  gives the interface its address and brings it up
 *   send     sends that many KiB of UDP payload per second; IP may be `gateway`
 *   drain    receives and drops UDP on that port
 *
 * Without arguments it sleeps. It is one static binary with three uses: the command of a container,
 * a traffic source on the host, and, as process 1 of an initramfs, the whole system of a virtual
 * machine (kernel command line: `... -- cpu=25 disk=/dev/vda,1024,2048`), which first loads the
 * drivers in /modules. It says `load: running` when all has started.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define KIB 1024L
#define SLICE_NS 50000000L    /* pace of everything that is periodic */
#define DISK_SPAN (16 * KIB * KIB)
#define PACKET 1024L

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

static void die(const char *what)
{
    say("%s: %s", what, strerror(errno));
    if (getpid() == 1)
        for (;;)
            pause(); /* process 1 of a machine must not end: the log tells why it is idle */
    exit(1);
}

/* ---- pacing ---- */

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void sleep_until(int64_t ns)
{
    struct timespec t = {.tv_sec = ns / 1000000000LL, .tv_nsec = ns % 1000000000LL};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
        ;
}

/* The next slice: one that was missed is not made up for, so a stopped guest does not burst. */
static int64_t next_slice(int64_t start)
{
    int64_t next = start + SLICE_NS, now = now_ns();
    if (next < now)
        return now;
    sleep_until(next);
    return next;
}

/* ---- the kinds of work ---- */

static void *burn(void *arg)
{
    long percent = *(long *)arg;
    if (percent >= 100)
        for (volatile unsigned n = 0;; n++)
            ;
    for (int64_t start = now_ns();; start = next_slice(start)) {
        int64_t end = start + SLICE_NS / 100 * percent;
        while (now_ns() < end)
            ;
    }
    return NULL;
}

static void hold(long mib)
{
    volatile char *memory = malloc((size_t)(mib * KIB * KIB));
    if (memory == NULL)
        die("mem");
    for (long at = 0; at < mib * KIB * KIB; at += 4096)
        memory[at] = (char)(at >> 12 | 1);
}

struct disk {
    int fd;
    bool write;
    long kib;
};

/* One request per slice, of the size that gives the wanted rate, going round in DISK_SPAN. */
static void *disk_work(void *arg)
{
    struct disk *d = arg;
    size_t size = (size_t)(d->kib * KIB / 20 + 4095) & ~(size_t)4095;
    void *buffer = NULL;
    if (posix_memalign(&buffer, 4096, size) != 0)
        die("disk buffer");
    memset(buffer, 0x5a, size);
    off_t at = 0;
    for (int64_t start = now_ns();; start = next_slice(start)) {
        ssize_t n = d->write ? pwrite(d->fd, buffer, size, at) : pread(d->fd, buffer, size, at);
        if (n < 0) {
            die(d->write ? "disk write" : "disk read");
        }
        at = (at + (off_t)size) % DISK_SPAN;
    }
    return NULL;
}

struct sender {
    int fd;
    long kib;
};

static void *send_work(void *arg)
{
    struct sender *s = arg;
    char packet[PACKET] = {0};
    long owed = 0;
    for (int64_t start = now_ns();; start = next_slice(start))
        for (owed += s->kib * KIB; owed >= PACKET * 20; owed -= PACKET * 20)
            (void)!send(s->fd, packet, sizeof packet, 0); /* refused or unreachable: keep on */
    return NULL;
}

static void *drain_work(void *arg)
{
    char packet[65536];
    while (recv(*(int *)arg, packet, sizeof packet, 0) >= 0 || errno == EINTR)
        ;
    die("drain");
    return NULL;
}

/* ---- setting it up ---- */

static void start(void *(*work)(void *), const void *arg, size_t size)
{
    pthread_t thread;
    void *copy = malloc(size);
    if (copy == NULL)
        die("memory");
    memcpy(copy, arg, size);
    errno = pthread_create(&thread, NULL, work, copy);
    if (errno != 0)
        die("thread");
}

/* Disks and interfaces of a guest come up a moment after their drivers. */
static int open_soon(const char *path, int flags)
{
    for (int tries = 0;; tries++) {
        int fd = open(path, flags | O_DIRECT | O_CLOEXEC, 0600);
        if (fd < 0 && errno == EINVAL)
            fd = open(path, flags | O_SYNC | O_CLOEXEC, 0600);
        if (fd >= 0 || tries == 100)
            return fd;
        sleep_until(now_ns() + SLICE_NS);
    }
}

static void start_disk(char *spec)
{
    char *path = strsep(&spec, ",");
    long kib[2] = {0, 0};
    for (int i = 0; i < 2 && spec != NULL; i++)
        kib[i] = atol(strsep(&spec, ","));
    int fd = open_soon(path, O_RDWR | (strncmp(path, "/dev/", 5) == 0 ? 0 : O_CREAT));
    if (fd < 0)
        die(path);
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        static char zero[64 * KIB] __attribute__((aligned(4096)));
        for (off_t at = 0; at < DISK_SPAN; at += (off_t)sizeof zero)
            if (pwrite(fd, zero, sizeof zero, at) < 0)
                die(path);
    }
    if (kib[0] > 0)
        start(disk_work, &(struct disk){fd, true, kib[0]}, sizeof(struct disk));
    if (kib[1] > 0)
        start(disk_work, &(struct disk){fd, false, kib[1]}, sizeof(struct disk));
}

static void set_address(char *spec)
{
    const char *name = strsep(&spec, ",");
    const char *ip = strsep(&spec, "/");
    int bits = spec != NULL ? atoi(spec) : 32;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {0};
    struct sockaddr_in *address = (struct sockaddr_in *)&request.ifr_addr;
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    for (int tries = 0; ioctl(fd, SIOCGIFFLAGS, &request) < 0; tries++) {
        if (tries == 100)
            die(name);
        sleep_until(now_ns() + SLICE_NS);
    }
    memset(&request.ifr_addr, 0, sizeof request.ifr_addr);
    address->sin_family = AF_INET;
    if (ip == NULL || inet_pton(AF_INET, ip, &address->sin_addr) != 1 ||
        ioctl(fd, SIOCSIFADDR, &request) < 0)
        die("address");
    address->sin_addr.s_addr = htonl(bits == 0 ? 0 : ~0U << (32 - bits));
    if (ioctl(fd, SIOCSIFNETMASK, &request) < 0)
        die("netmask");
    if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
        die(name);
    request.ifr_flags |= IFF_UP | IFF_RUNNING;
    if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
        die(name);
    close(fd);
}

static struct in_addr gateway(void)
{
    struct in_addr found = {0};
    char line[256], interface[64];
    unsigned destination, via;
    FILE *routes = fopen("/proc/net/route", "re");
    if (routes == NULL)
        die("/proc/net/route");
    while (fgets(line, sizeof line, routes) != NULL)
        if (sscanf(line, "%63s %x %x", interface, &destination, &via) == 3 && destination == 0)
            found.s_addr = via;
    fclose(routes);
    return found;
}

static void start_send(char *spec)
{
    const char *ip = strsep(&spec, ":");
    const char *port = strsep(&spec, ",");
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (strcmp(ip, "gateway") == 0)
        to.sin_addr = gateway();
    else if (inet_pton(AF_INET, ip, &to.sin_addr) != 1)
        die("send");
    to.sin_port = htons((uint16_t)atoi(port != NULL ? port : "9"));
    struct sender s = {.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
                       .kib = spec != NULL ? atol(spec) : 0};
    if (s.fd < 0 || connect(s.fd, (struct sockaddr *)&to, sizeof to) < 0)
        die("send");
    start(send_work, &s, sizeof s);
}

static void start_drain(const char *port)
{
    struct sockaddr_in on = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&on, sizeof on) < 0)
        die("drain");
    start(drain_work, &fd, sizeof fd);
}

/* Loads one driver; false when it has to wait for another one that it needs. */
static bool load_module(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "/modules/%s", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool loaded = syscall(SYS_finit_module, fd, "", 0) == 0 || errno == EEXIST;
    close(fd);
    return loaded;
}

static void load_modules(void)
{
    struct dirent **names;
    int count = scandir("/modules", &names, NULL, alphasort);
    bool progress = true;
    while (progress) {
        progress = false;
        for (int i = 0; i < count; i++)
            if (names[i] != NULL && names[i]->d_name[0] != '.' && load_module(names[i]->d_name)) {
                names[i] = NULL;
                progress = true;
            }
    }
    for (int i = 0; i < count; i++)
        if (names[i] != NULL && names[i]->d_name[0] != '.')
            say("%s does not load", names[i]->d_name);
}

static void boot(void)
{
    mkdir("/proc", 0755);
    mkdir("/dev", 0755);
    if (mount("proc", "/proc", "proc", 0, NULL) < 0 && errno != EBUSY)
        say("/proc: %s", strerror(errno));
    if (mount("dev", "/dev", "devtmpfs", 0, NULL) < 0 && errno != EBUSY)
        say("/dev: %s", strerror(errno));
    load_modules();
}

static void stop(int signal_number)
{
    (void)signal_number;
    _exit(0);
}

int main(int argc, char **argv)
{
    if (getpid() == 1 && access("/modules", F_OK) == 0)
        boot();
    else
        signal(SIGTERM, stop); /* process 1 of a container gets only what it asks for */
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        if (value == NULL) {
            say("%s: expected NAME=VALUE", argv[i]);
            return 2;
        }
        *value++ = '\0';
        const char *name = argv[i];
        if (strcmp(name, "cpu") == 0) {
            long percent = atol(value);
            start(burn, &percent, sizeof percent);
        } else if (strcmp(name, "mem") == 0) {
            hold(atol(value));
        } else if (strcmp(name, "disk") == 0) {
            start_disk(value);
        } else if (strcmp(name, "address") == 0) {
            set_address(value);
        } else if (strcmp(name, "send") == 0) {
            start_send(value);
        } else if (strcmp(name, "drain") == 0) {
            start_drain(value);
        } else {
            say("%s: unknown", name);
            return 2;
        }
    }
    say("running");
    for (;;)
        pause();
}
