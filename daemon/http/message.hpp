// A request and a response as handlers see them: plain values, free of the HTTP library.
// Why: handlers, router and stream compile in a second and are tested without sockets.
#pragma once

#include "base/caller.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::http {

enum class Method { Get, Head, Post, Put, Patch, Delete, Options };

std::string_view to_string(Method method);

using Fields = std::vector<std::pair<std::string, std::string>>;

// The value of the only field of that name (names compare without case); empty when there is none.
std::string_view field(const Fields& fields, std::string_view name);

struct Request {
    Method method = Method::Get;
    std::string path;                                        // as sent, checked by split_target
    std::vector<std::string> segments;                       // percent-decoded
    std::vector<std::pair<std::string, std::string>> query;  // percent-decoded, in order
    Fields fields;
    std::string body;
    Caller caller;  // who asks; nobody on public routes
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    Fields fields{};
    std::string body{};
    // Bytes that live as long as the program (embedded files); used when `body` is empty.
    std::string_view fixed{};
    bool close = false;  // end the connection after this answer
    bool on_record = false;  // of a mutation: its line on the record is committed already

    std::string_view content() const { return body.empty() ? fixed : std::string_view(body); }
};

// "Not Found" for 404.
std::string_view reason_phrase(int status);

bool equal_ignoring_case(std::string_view left, std::string_view right);
std::string_view trimmed(std::string_view text);  // of spaces and tabs
bool is_digit(char c);
bool is_alnum(char c);  // ASCII only, whatever the locale

}  // namespace kontor::http
