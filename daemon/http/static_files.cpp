#include "http/static_files.hpp"

#include "dashboard/embedded.hpp"
#include "http/problem.hpp"

namespace kontor::http {

namespace {

// No inline script or style, nothing from elsewhere, never inside another page.
constexpr std::string_view content_policy =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
    "'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

// True when a list such as "gzip, br;q=0.5" names `wanted` and does not forbid it by q=0.
bool accepts(std::string_view list, std::string_view wanted) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        const std::string_view entry = trimmed(list.substr(0, comma));
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
        const std::size_t semicolon = entry.find(';');
        if (!equal_ignoring_case(trimmed(entry.substr(0, semicolon)), wanted)) {
            continue;
        }
        const std::string_view quality = semicolon == std::string_view::npos
                                             ? std::string_view{}
                                             : trimmed(entry.substr(semicolon + 1));
        return quality != "q=0" && quality != "q=0.0" && quality != "q=0.00" &&
               quality != "q=0.000";
    }
    return false;
}

}  // namespace

Response static_file(Method method, std::string_view path, const Fields& fields) {
    const bool gzip = accepts(field(fields, "Accept-Encoding"), "gzip");
    const dashboard::EmbeddedFile* file = dashboard::find(path, gzip);
    if (file == nullptr && accepts(field(fields, "Accept"), "text/html")) {
        file = dashboard::find("/index.html", gzip);
    }
    if (file == nullptr) {
        return problem(404, "There is nothing under this path.");
    }
    if (method != Method::Get && method != Method::Head) {
        Response response = problem(405, "This path takes GET, HEAD.");
        response.fields.emplace_back("Allow", "GET, HEAD");
        return response;
    }
    Response response;
    response.content_type = std::string(file->content_type);
    response.fields = {
        {"Content-Security-Policy", std::string(content_policy)},
        {"X-Frame-Options", "DENY"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"ETag", std::string(file->etag)},
        {"Vary", "Accept-Encoding, Accept"},
        {"Cache-Control", file->immutable ? "public, max-age=31536000, immutable" : "no-cache"},
    };
    if (field(fields, "If-None-Match") == file->etag) {
        response.status = 304;
        return response;
    }
    if (file->gzip) {
        response.fields.emplace_back("Content-Encoding", "gzip");
    }
    response.fixed = file->bytes;
    return response;
}

}  // namespace kontor::http
