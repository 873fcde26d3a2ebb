#include "exec/redaction.hpp"

#include <algorithm>
#include <cstdint>

namespace kontor::exec {
namespace {

constexpr std::string_view mask = "[secret]";
constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view for_urls = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// The characters that the secret alone decides when `before` bytes (0 to 2) of something else stand in front of it.
std::string base64_core(std::string_view secret, std::size_t before, std::string_view alphabet) {
    const std::size_t first = (before * 8 + 5) / 6;             // the first character that holds no bit of what is in front
    const std::size_t end = (before + secret.size()) * 8 / 6;   // those behind hold bits of what follows
    std::string core;
    for (std::size_t at = first; at < end; ++at) {
        std::uint32_t six = 0;
        for (std::size_t bit = at * 6; bit < at * 6 + 6; ++bit) {
            const auto byte = static_cast<unsigned char>(secret[bit / 8 - before]);
            six = (six << 1U) | ((static_cast<std::uint32_t>(byte) >> (7 - bit % 8)) & 1U);
        }
        core += alphabet[six];
    }
    return core;
}

}  // namespace

Redaction::Redaction(const std::vector<std::string>& secrets) {
    for (const std::string& secret : secrets) {
        if (secret.size() < secret_bytes_min) {
            continue;
        }
        patterns_.push_back(secret);
        for (std::size_t before = 0; before < 3; ++before) {
            patterns_.push_back(base64_core(secret, before, standard));
            patterns_.push_back(base64_core(secret, before, for_urls));
        }
    }
    std::sort(patterns_.begin(), patterns_.end(), [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    patterns_.erase(std::unique(patterns_.begin(), patterns_.end()), patterns_.end());
}

std::string Redaction::operator()(std::string_view text) const {
    std::string clean(text);
    for (const std::string& pattern : patterns_) {
        for (std::size_t at = clean.find(pattern); at != std::string::npos; at = clean.find(pattern, at + mask.size())) {
            clean.replace(at, pattern.size(), mask);
        }
    }
    return clean;
}

}  // namespace kontor::exec
