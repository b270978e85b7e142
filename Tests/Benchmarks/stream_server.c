// A server of large bodies, as cheap as the kernel lets it be, so that what is measured is the client.
//
//   stream_server
//
// Listens on 127.0.0.1, on a free port that it prints. GET of any path ending in /N answers with N zero bytes, which are
// sent without being copied; a PUT's body is thrown away in the kernel, and its length is the answer's body. PUT bodies
// have a Content-Length. One process a connection. Ends when its standard input does.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK = 1 << 20 };

static int zeros;

static int say(int descriptor, const char *text, size_t length) {
    return send(descriptor, text, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static int give(int descriptor, long long left) {
    while (left > 0) {
        off_t offset = 0;
        ssize_t sent = sendfile(descriptor, zeros, &offset, left < BLOCK ? left : BLOCK);
        if (sent <= 0) return 0;
        left -= sent;
    }
    return 1;
}

static int swallow(int descriptor, long long left) {
    while (left > 0) {
        // With MSG_TRUNC a TCP socket counts bytes instead of copying them.
        ssize_t count = recv(descriptor, NULL, left < BLOCK ? left : BLOCK, MSG_TRUNC);
        if (count <= 0) return 0;
        left -= count;
    }
    return 1;
}

// One request. Returns 0 when the connection is of no use any more.
static int serve(int descriptor) {
    char head[16384], answer[256], body[32];
    size_t length = 0;
    // Byte by byte where a body may follow, which is not to be read with the head.
    for (head[0] = 0; length < 4 || memcmp(head + length - 4, "\r\n\r\n", 4); length++)
        if (length == sizeof head - 1 || recv(descriptor, head + length, 1, 0) != 1) return 0;
    head[length] = 0;
    char *line_end = strstr(head, " HTTP/"), *announced = strcasestr(head, "\r\nContent-Length:");
    if (!line_end) return 0;
    if (!strncmp(head, "PUT ", 4)) {
        long long count = announced ? atoll(announced + 17) : 0;
        if (strcasestr(head, "\r\nExpect: 100-continue") && !say(descriptor, "HTTP/1.1 100 Continue\r\n\r\n", 25)) return 0;
        if (!swallow(descriptor, count)) return 0;
        int digits = sprintf(body, "%lld", count);
        int size = sprintf(answer, "HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n%s", digits, body);
        return say(descriptor, answer, size);
    }
    *line_end = 0;
    char *number = strrchr(head, '/');
    long long count = number ? atoll(number + 1) : 0;
    int size = sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Length: %lld\r\n\r\n", count);
    return say(descriptor, answer, size) && give(descriptor, count);
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 64)) return perror("listen"), 1;
    getsockname(listener, (struct sockaddr *)&address, &size);
    zeros = memfd_create("zeros", MFD_CLOEXEC);
    static char block[BLOCK];
    if (zeros < 0 || write(zeros, block, BLOCK) != BLOCK) return perror("memfd"), 1;
    signal(SIGCHLD, SIG_IGN);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) {
            int descriptor = accept(listener, NULL, NULL);
            if (descriptor >= 0 && fork() == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                while (serve(descriptor)) {}
                return 0;
            }
            if (descriptor >= 0) close(descriptor);
        }
    }
    char ignored[256];
    while (read(STDIN_FILENO, ignored, sizeof ignored) > 0) {}
    return 0;
}
