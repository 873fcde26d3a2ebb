// The dashboard's built files, carried inside the program: `kontor` needs no folder beside it.
// Thread: any; everything here is constant data that lives as long as the program.
#pragma once

#include <span>
#include <string_view>

namespace kontor::dashboard {

struct EmbeddedFile {
    std::string_view path;          // as requested: "/index.html", "/assets/index-Bx3k.js"
    std::string_view content_type;  // with charset where it is text
    std::string_view bytes;         // as stored: plain, or gzip when `gzip`
    std::string_view etag;          // quoted strong validator of exactly these bytes
    bool gzip = false;              // to be sent with `Content-Encoding: gzip`
    bool immutable = false;         // the name holds a hash of the content: may be cached for ever
};

// The file at `path`, or nullptr. "/" is "/index.html". With `gzip_accepted` the precompressed form where there is one.
// The page routes by itself: the server answers "/index.html" to any other GET outside /v1 that wants HTML.
const EmbeddedFile* find(std::string_view path, bool gzip_accepted = false);

// Every file in its plain form, sorted by path.
std::span<const EmbeddedFile> files();

}  // namespace kontor::dashboard
