#include "app/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace kontor::app {
namespace {

std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        int code = 0;
        if (text[at] == '%' && at + 2 < text.size() &&
            std::from_chars(text.data() + at + 1, text.data() + at + 3, code, 16).ptr == text.data() + at + 3) {
            plain += static_cast<char>(code);
            at += 2;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

// The value behind `password=` in libpq's list of words: bare up to a blank, or in single quotes with \' and \\.
std::string worded(std::string_view text) {
    const bool quoted = text.starts_with('\'');
    std::string value;
    for (std::size_t at = quoted ? 1 : 0; at < text.size(); ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) {
            value += text[++at];
        } else if (quoted ? text[at] == '\'' : std::isspace(static_cast<unsigned char>(text[at])) != 0) {
            break;
        } else {
            value += text[at];
        }
    }
    return value;
}

bool names_a_secret(std::string_view setting) {
    std::string name(setting);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::array<std::string_view, 5> words{"password", "passwd", "secret", "token", "credential"};
    return name.ends_with("key") || std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return name.find(word) != std::string::npos;
    });
}

}  // namespace

std::vector<std::string> passwords_in(std::string_view address) {
    std::vector<std::string> found;
    const auto add = [&](const std::string& password) {
        if (!password.empty() && std::find(found.begin(), found.end(), password) == found.end()) {
            found.push_back(password);
        }
    };
    const std::size_t scheme = address.find("://");
    if (scheme == std::string_view::npos) {
        constexpr std::string_view word = "password=";
        for (std::size_t at = address.find(word); at != std::string_view::npos; at = address.find(word, at + 1)) {
            add(worded(address.substr(at + word.size())));
        }
        return found;
    }
    std::string_view rest = address.substr(scheme + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        const std::string_view user = authority.substr(0, at);
        if (const std::size_t colon = user.find(':'); colon != std::string_view::npos) {
            add(std::string(user.substr(colon + 1)));
            add(unescaped(user.substr(colon + 1)));
        }
    }
    for (const std::string_view word : {"?password=", "&password="}) {
        if (const std::size_t at = rest.find(word); at != std::string_view::npos) {
            const std::string_view value = rest.substr(at + word.size());
            add(std::string(value.substr(0, value.find_first_of("&#"))));
            add(unescaped(value.substr(0, value.find_first_of("&#"))));
        }
    }
    return found;
}

std::vector<std::string> secrets_of(const Config& config) {
    std::vector<std::string> secrets = passwords_in(config.database_url);
    const auto add_all = [&](const std::vector<std::string>& more) { secrets.insert(secrets.end(), more.begin(), more.end()); };
    for (const auto& [name, url] : config.warehouses) {
        add_all(passwords_in(url));
    }
    for (const auto& [name, value] : config.settings) {
        if (names_a_secret(name) || value.starts_with("whsec_")) {
            secrets.push_back(value);
        }
        add_all(passwords_in(value));
    }
    return secrets;
}

}  // namespace kontor::app
