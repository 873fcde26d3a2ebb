#include "base/json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>
#include <set>

#include "base/check.hpp"
#include "base/limits.hpp"
#include "base/stored_json.hpp"

namespace kontor {
namespace {

// Deeper than any text that came in by a door, which limits::json_depth_max bounds: outputs may wrap it.
constexpr std::size_t store_depth_max = 1024;

enum class Keys { Once, Unseen };

// Builds the value while it reads. Boost.JSON's own parser keeps the last of two equal keys, and its doubles may be off by
// the last bit: a stored value would not read back as itself.
class ValueHandler {
 public:
    explicit ValueHandler(Keys keys) : unseen_(keys == Keys::Unseen) {}

    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    using Code = boost::json::error_code;
    using Text = boost::json::string_view;

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) {
        if (!unseen_) {
            keys_.emplace_back();
        }
        return true;
    }
    bool on_object_end(std::size_t count, Code&) {
        if (!unseen_) {
            keys_.pop_back();
        }
        values_.push_object(count);
        return true;
    }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(std::size_t count, Code&) {
        values_.push_array(count);
        return true;
    }
    bool on_key_part(Text part, std::size_t, Code&) {
        key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(Text part, std::size_t, Code& error) {
        key_.append(part.data(), part.size());
        if (!unseen_ && !keys_.back().insert(key_).second) {
            fault_ = "the key '" + storable(key_) + "' stands twice in one object";
            error = boost::json::error::syntax;
            return false;
        }
        values_.push_key(key_);
        key_.clear();
        return true;
    }
    bool on_string_part(Text part, std::size_t, Code&) {
        values_.push_chars(part);
        return true;
    }
    bool on_string(Text part, std::size_t, Code&) {
        values_.push_string(part);
        return true;
    }
    bool on_number_part(Text part, Code&) {
        number_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t value, Text, Code&) {
        number_.clear();
        values_.push_int64(value);
        return true;
    }
    bool on_uint64(std::uint64_t value, Text, Code&) {
        number_.clear();
        values_.push_uint64(value);
        return true;
    }
    bool on_double(double approximate, Text part, Code& error) {
        number_.append(part.data(), part.size());
        double exact = approximate;
        const auto read = std::from_chars(number_.data(), number_.data() + number_.size(), exact);
        // Out of range: too small is zero, too large is no number at all.
        if (read.ec != std::errc() && std::abs(approximate) > 1) {
            fault_ = "the number " + number_ + " is too large";
            error = boost::json::error::exponent_overflow;
            return false;
        }
        values_.push_double(read.ec == std::errc() ? exact : 0.0);
        number_.clear();
        return true;
    }
    bool on_bool(bool value, Code&) {
        values_.push_bool(value);
        return true;
    }
    bool on_null(Code&) {
        values_.push_null();
        return true;
    }
    bool on_comment_part(Text, Code&) { return true; }
    bool on_comment(Text, Code&) { return true; }

    // What is wrong, when this handler and not the grammar refused the text.
    const std::string& fault() const { return fault_; }
    boost::json::value_stack& values() { return values_; }

 private:
    bool unseen_;
    boost::json::value_stack values_;
    std::vector<std::set<std::string>> keys_;
    std::string key_;
    std::string number_;
    std::string fault_;
};

std::string position(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t start = before.rfind('\n');
    const std::size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
    return std::to_string(line) + ":" + std::to_string(column);
}

// The length of the valid UTF-8 sequence at `at` (RFC 3629), or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) -> unsigned {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned lead = byte(0);
    if (lead < 0x80U) {
        return 1;
    }
    if (lead >= 0xC2U && lead <= 0xDFU) {
        return follows(1) ? 2 : 0;
    }
    if (lead >= 0xE0U && lead <= 0xEFU) {
        const bool overlong = lead == 0xE0U && byte(1) < 0xA0U;
        const bool surrogate = lead == 0xEDU && byte(1) > 0x9FU;
        return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xF0U && lead <= 0xF4U) {
        const bool overlong = lead == 0xF0U && byte(1) < 0x90U;
        const bool beyond = lead == 0xF4U && byte(1) > 0x8FU;
        return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

}  // namespace

Result<Json> json_from_text(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = limits::json_depth_max;

    boost::json::basic_parser<ValueHandler> parser(options, Keys::Once);
    parser.handler().values().reset();
    boost::json::error_code error;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    const bool trailing = !error && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos;
    if (error || trailing) {
        Error failure = invalid("json", "the text is not valid JSON");
        std::string what = trailing ? "there is text after the end of the JSON value" : error.message();
        if (!parser.handler().fault().empty()) {
            what = parser.handler().fault();
        } else if (error == boost::json::error::too_deep) {
            what = "it nests deeper than " + std::to_string(limits::json_depth_max) + " levels";
        }
        failure.details.push_back({position(text, read), what});
        failure.message += ": " + what + " (line:column " + failure.details.back().pointer + ")";
        return failure;
    }
    return parser.handler().values().release();
}

Json json_from_store(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = store_depth_max;
    boost::json::basic_parser<ValueHandler> parser(options, Keys::Unseen);
    parser.handler().values().reset();
    boost::json::error_code error;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    KONTOR_CHECK(!error && read == text.size());
    return parser.handler().values().release();
}

const Json* member(const Json& value, std::string_view name) {
    const auto* object = value.if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
}

std::string text_member(const Json& value, std::string_view name, std::string_view otherwise) {
    const Json* found = member(value, name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string(otherwise);
}

bool is_valid_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequence_length(text, at);
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}

std::string storable(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = text[at] == '\0' ? 0 : sequence_length(text, at);
        if (length == 0) {
            clean += "\xEF\xBF\xBD";
            ++at;
        } else {
            clean += text.substr(at, length);
            at += length;
        }
    }
    return clean;
}

}  // namespace kontor
