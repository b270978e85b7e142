// The yardstick for the transport: the same GET, many times, by libcurl alone.
//
//   curl_multi_loop URL COUNT [IN_FLIGHT [HEADER-LINE ...]]
//
// Keeps IN_FLIGHT (64) requests under way by curl_multi_poll until COUNT have been answered, with easy handles that are
// used again, and prints one line: requests, CPU (user and system) and wall time in microseconds a request.

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static size_t bytes_received;

static size_t receive(char *bytes, size_t size, size_t count, void *unused) {
    (void)bytes, (void)unused;
    bytes_received += size * count;
    return size * count;
}

static double cpu_microseconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static double wall_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static int fail(const char *what, const char *why) {
    fprintf(stderr, "curl_multi_loop: %s: %s\n", what, why);
    return 1;
}

int main(int argc, char **argv) {
    if (argc < 3) return fail("usage", "URL COUNT [IN_FLIGHT [HEADER-LINE ...]]");
    long count = atol(argv[2]), in_flight = argc > 3 ? atol(argv[3]) : 64;
    if (count < 1 || in_flight < 1) return fail("usage", "COUNT and IN_FLIGHT are at least 1");
    if (in_flight > count) in_flight = count;
    struct curl_slist *headers = NULL;
    for (int i = 4; i < argc; i++) headers = curl_slist_append(headers, argv[i]);

    curl_global_init(CURL_GLOBAL_ALL);
    CURLM *multi = curl_multi_init();
    for (long i = 0; i < in_flight; i++) {
        CURL *easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, argv[1]);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_multi_add_handle(multi, easy);
    }

    double cpu = cpu_microseconds(), wall = wall_microseconds();
    long started = in_flight, done = 0;
    while (done < count) {
        int running, left;
        CURLMcode code = curl_multi_perform(multi, &running);
        if (code != CURLM_OK) return fail("perform", curl_multi_strerror(code));
        for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL *easy = message->easy_handle;
            CURLcode result = message->data.result;
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            if (result != CURLE_OK) return fail("request", curl_easy_strerror(result));
            if (status != 200) return fail("request", "the status is not 200");
            done++;
            curl_multi_remove_handle(multi, easy);
            if (started < count) {
                started++;
                curl_multi_add_handle(multi, easy);
            } else {
                curl_easy_cleanup(easy);
            }
        }
        if (done < count) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    cpu = cpu_microseconds() - cpu, wall = wall_microseconds() - wall;
    printf("requests %ld cpu_us %.2f wall_us %.2f bytes %zu\n", done, cpu / done, wall / done, bytes_received / done);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    return 0;
}
