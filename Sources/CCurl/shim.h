#ifndef KARBOR_CCURL_SHIM_H
#define KARBOR_CCURL_SHIM_H

#include <curl/curl.h>
#include <sys/epoll.h>

#endif
