// The dashboard's files, embedded in the program, with the headers that keep a page to itself.
// Thread: any; pure.
#pragma once

#include "http/message.hpp"

#include <string_view>

namespace kontor::http {

// The file at `path`; the page itself for any other path when a browser asks for HTML (it routes by
// itself); 304 when the client has this very file; 404; 405 for anything but GET and HEAD.
Response static_file(Method method, std::string_view path, const Fields& fields);

}  // namespace kontor::http
