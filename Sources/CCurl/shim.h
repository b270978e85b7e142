#ifndef KARBOR_CCURL_SHIM_H
#define KARBOR_CCURL_SHIM_H

#include <curl/curl.h>
// The only header here that is not curl's: Glibc does not export epoll to Swift.
#include <sys/epoll.h>

// Swift cannot call variadic C functions. What libcurl reads from its variadic arguments depends on the option, so there
// is one wrapper for each shape of argument, and the compiler holds callers to it.

// Options that are numbers or switches: libcurl reads a long.
static inline CURLcode karbor_curl_easy_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

// Sizes: libcurl reads a curl_off_t, which need not be as wide as a long.
static inline CURLcode karbor_curl_easy_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

// Strings, which libcurl copies; NULL puts the option back.
static inline CURLcode karbor_curl_easy_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

// What libcurl keeps and gives back or reads later without copying: user data of callbacks, lists, the error buffer.
static inline CURLcode karbor_curl_easy_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

// Callbacks that get bytes (body and header lines); the reading one has the same C type.
static inline CURLcode karbor_curl_easy_set_bytes_callback(CURL *easy, CURLoption option, curl_write_callback value) {
    return curl_easy_setopt(easy, option, value);
}

// The callback just before a request is sent has a type of its own.
static inline CURLcode karbor_curl_easy_set_prereq_callback(CURL *easy, curl_prereq_callback value) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value);
}

// The callbacks that make and close sockets have types of their own, too.
static inline CURLcode karbor_curl_easy_set_open_callback(CURL *easy, curl_opensocket_callback value) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}

static inline CURLcode karbor_curl_easy_set_close_callback(CURL *easy, curl_closesocket_callback value) {
    return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, value);
}

// Facts that are numbers: libcurl writes a long.
static inline CURLcode karbor_curl_easy_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

// Facts that are sizes: libcurl writes a curl_off_t.
static inline CURLcode karbor_curl_easy_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

// Facts that are what we once gave to libcurl.
static inline CURLcode karbor_curl_easy_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}

// The multi handle's numbers.
static inline CURLMcode karbor_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// User data of the multi handle's callbacks.
static inline CURLMcode karbor_curl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}

// The callback that tells which sockets to watch.
static inline CURLMcode karbor_curl_multi_set_socket_callback(CURLM *multi, curl_socket_callback value) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}

// The callback that tells when to come back.
static inline CURLMcode karbor_curl_multi_set_timer_callback(CURLM *multi, curl_multi_timer_callback value) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}

// CURLMsg holds a union, of which only this member is ever used.
static inline CURLcode karbor_curl_message_result(const CURLMsg *message) {
    return message->data.result;
}

#endif
