// A server that answers every request with the same bytes, as cheaply as it can, so that what is measured is the client.
//
//   fixed_server [BODY-FILE [PORT]]
//
// Listens on 127.0.0.1, on a free port unless one is given, and prints the port. Answers 200 with the file's content (a
// small JSON without one) as application/json and keeps connections. It takes requests for ended at the first empty
// line: they must have no bodies. Ends when its standard input does, if that is a pipe.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct connection {
    int descriptor;
    int matched;   // how much of the empty line has been seen
    long owed;     // answers that have not been sent whole
    size_t offset; // how much of the first of them has been sent
    int is_stuck;  // whether it waits for room to send
};

static char *answer;
static size_t answer_length;

static void prepare(const char *path) {
    static const char json[] = "{\"volume\": {\"id\": \"00000000-0000-0000-0000-000000000000\", \"status\": \"available\"}}";
    char *body = (char *)json;
    size_t length = sizeof json - 1;
    if (path) {
        FILE *file = fopen(path, "rb");
        struct stat facts;
        if (!file || fstat(fileno(file), &facts)) perror(path), exit(1);
        length = facts.st_size;
        body = malloc(length + 1);
        if (!body || fread(body, 1, length, file) != length) perror(path), exit(1);
        fclose(file);
    }
    answer = malloc(length + 256);
    answer_length = sprintf(
        answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
                "X-Openstack-Request-Id: req-00000000-0000-0000-0000-000000000000\r\n\r\n", length);
    memcpy(answer + answer_length, body, length);
    answer_length += length;
}

// Sends what is owed as far as it fits. Returns 0 when the connection is of no use any more.
static int pay(int epoll, struct connection *connection) {
    while (connection->owed) {
        ssize_t sent = send(
            connection->descriptor, answer + connection->offset, answer_length - connection->offset, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return 0;
        if (sent < 0) break;
        connection->offset += sent;
        if (connection->offset == answer_length) connection->offset = 0, connection->owed--;
    }
    if (connection->is_stuck != (connection->owed > 0)) {
        connection->is_stuck = connection->owed > 0;
        struct epoll_event event = {EPOLLIN | (connection->is_stuck ? EPOLLOUT : 0), {.ptr = connection}};
        epoll_ctl(epoll, EPOLL_CTL_MOD, connection->descriptor, &event);
    }
    return 1;
}

static int serve(int epoll, struct connection *connection) {
    char bytes[65536];
    ssize_t count = recv(connection->descriptor, bytes, sizeof bytes, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) return 0;
    for (ssize_t i = 0; i < count; i++) {
        connection->matched = bytes[i] == "\r\n\r\n"[connection->matched] ? connection->matched + 1 : bytes[i] == '\r';
        if (connection->matched == 4) connection->matched = 0, connection->owed++;
    }
    return pay(epoll, connection);
}

int main(int argc, char **argv) {
    prepare(argc > 1 && *argv[1] ? argv[1] : NULL);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    address.sin_port = htons(argc > 2 ? atoi(argv[2]) : 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024)) return perror("listen"), 1;
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);

    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct connection accepting = {.descriptor = listener}, input = {.descriptor = STDIN_FILENO};
    struct epoll_event event = {EPOLLIN, {.ptr = &accepting}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    struct stat facts;
    if (!fstat(STDIN_FILENO, &facts) && S_ISFIFO(facts.st_mode)) {
        event.data.ptr = &input;
        epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event);
    }
    for (;;) {
        struct epoll_event events[256];
        int count = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection == &input) {
                char ignored[256];
                if (read(STDIN_FILENO, ignored, sizeof ignored) <= 0) return 0;
            } else if (connection == &accepting) {
                int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
                if (descriptor < 0) continue;
                setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                connection = calloc(1, sizeof *connection);
                if (!connection) return 1;
                connection->descriptor = descriptor;
                event.events = EPOLLIN, event.data.ptr = connection;
                epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
            } else if (!(events[i].events & EPOLLIN ? serve(epoll, connection) : pay(epoll, connection))) {
                close(connection->descriptor);
                free(connection);
            }
        }
    }
}
