#include "http/target.hpp"

#include "base/json.hpp"
#include "http/message.hpp"

#include <algorithm>

namespace kontor::http {

namespace {

Error bad(std::string message) { return invalid("http.target", std::move(message)); }

int hex_value(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

Result<std::string> decoded(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (c == '+' && plus_is_space) {
            c = ' ';
        } else if (c == '%') {
            const int high = at + 1 < text.size() ? hex_value(text[at + 1]) : -1;
            const int low = at + 2 < text.size() ? hex_value(text[at + 2]) : -1;
            if (high < 0 || low < 0) {
                return bad("A percent sign must be followed by two hexadecimal digits.");
            }
            c = static_cast<char>(high * 16 + low);
            at += 2;
        }
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            return bad("The target holds an encoded control character.");
        }
        out += c;
    }
    if (!is_valid_utf8(out)) {
        return bad("The target is not valid UTF-8 once decoded.");
    }
    return out;
}

// Characters that a path may hold as they are; ';' is left out because some readers cut a path
// there.
bool is_path_char(char c) {
    return is_alnum(c) || std::string_view("-._~!$&'()*+,=:@%/").find(c) != std::string_view::npos;
}

bool is_query_char(char c) {
    return is_path_char(c) || std::string_view("?;[]|{}\"<>^`").find(c) != std::string_view::npos;
}

Result<std::vector<std::string>> split_path(std::string_view path) {
    if (path.empty() || path.front() != '/') {
        return bad("The path must start with '/'.");
    }
    if (!std::all_of(path.begin(), path.end(), is_path_char)) {
        return bad(
            "The path holds a character that must be percent-encoded or that paths cannot have."
        );
    }
    std::vector<std::string> segments;
    path.remove_prefix(1);
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        const std::string_view raw = path.substr(0, slash);
        if (raw.empty()) {
            return bad("The path holds an empty segment.");
        }
        auto segment = decoded(raw, false);
        if (!segment) {
            return segment.error();
        }
        if (*segment == "." || *segment == "..") {
            return bad("The path holds a dot segment.");
        }
        if (segment->find_first_of("/\\;") != std::string::npos) {
            return bad("The path holds an encoded slash, backslash or semicolon.");
        }
        for (std::size_t at = raw.find('%'); at != std::string_view::npos;
             at = raw.find('%', at + 1)) {
            if (raw[at + 1] == '2' && hex_value(raw[at + 2]) == 14) {
                return bad("The path holds an encoded dot.");
            }
        }
        segments.push_back(std::move(*segment));
        if (slash == std::string_view::npos) {
            break;
        }
        path.remove_prefix(slash + 1);
        if (path.empty()) {
            segments.emplace_back();  // a trailing slash: a path of its own, which no route has
        }
    }
    return segments;
}

Result<std::vector<std::pair<std::string, std::string>>> split_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> parameters;
    if (!std::all_of(query.begin(), query.end(), is_query_char)) {
        return bad("The query holds a character that must be percent-encoded.");
    }
    while (!query.empty()) {
        const std::size_t ampersand = query.find('&');
        const std::string_view pair = query.substr(0, ampersand);
        query.remove_prefix(ampersand == std::string_view::npos ? query.size() : ampersand + 1);
        if (pair.empty()) {
            continue;
        }
        const std::size_t equals = pair.find('=');
        auto name = decoded(pair.substr(0, equals), true);
        auto value = decoded(
            equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true
        );
        if (!name || !value) {
            return name ? value.error() : name.error();
        }
        for (const auto& [known, ignored] : parameters) {
            if (known == *name) {
                return bad("The query parameter '" + *name + "' is given twice.");
            }
        }
        if (parameters.size() == query_parameters_max) {
            return bad("There are too many query parameters.");
        }
        parameters.emplace_back(std::move(*name), std::move(*value));
    }
    return parameters;
}

}  // namespace

Result<Target> split_target(std::string_view target) {
    if (target.find('#') != std::string_view::npos) {
        return bad("The target holds a fragment; it belongs to the browser.");
    }
    const std::size_t mark = target.find('?');
    Target split;
    split.path = std::string(target.substr(0, mark));
    auto segments = split_path(split.path);
    if (!segments) {
        return segments.error();
    }
    split.segments = std::move(*segments);
    if (mark != std::string_view::npos) {
        auto query = split_query(target.substr(mark + 1));
        if (!query) {
            return query.error();
        }
        split.query = std::move(*query);
    }
    return split;
}

}  // namespace kontor::http
