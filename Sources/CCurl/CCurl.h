// libcurl, and typed wrappers for its variadic calls, which Swift cannot import. Wrappers only: no logic.
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

#endif
