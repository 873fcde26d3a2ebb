#include "spec/reader.hpp"

#include <algorithm>
#include <charconv>

#include "core/schema/schema.hpp"

namespace kontor::spec {
namespace {

std::string_view kind_words(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::Null: return "nothing";
        case YamlNode::Kind::Scalar: return "a single value";
        case YamlNode::Kind::List: return "a list";
        case YamlNode::Kind::Map: return "a map";
    }
    KONTOR_UNREACHABLE();
}

std::string quoted(std::string_view text) { return "'" + std::string(text.substr(0, 80)) + "'"; }

// A scalar's text, or nullptr with a diagnostic.
const std::string* scalar_of(Context& context, const YamlEntry& entry, std::string_view wanted) {
    const YamlNode& node = *entry.value;
    if (node.kind == YamlNode::Kind::Scalar) {
        return &node.text;
    }
    context.out.add(
        node.offset, quoted(entry.key) + " must be " + std::string(wanted) + ", not " + std::string(kind_words(node))
    );
    return nullptr;
}

void wrong_value(Context& context, const YamlEntry& entry, std::string message) {
    const bool expression = core::expr::has_expression(entry.value->text);
    context.out.add(
        entry.value->offset, std::move(message), expression ? "an expression is not possible here: it is read before any run exists" : ""
    );
}

// details[0].pointer as a number; 0 when the error has none.
std::size_t error_offset(std::string_view text) {
    std::size_t offset = 0;
    std::from_chars(text.data(), text.data() + text.size(), offset);
    return offset;
}

void add_readings(
    Context& context, const YamlNode& root, const std::vector<core::expr::Reference>& references, std::vector<Reading>& readings
) {
    for (const core::expr::Reference& reference : references) {
        const Place place = find_place(root, reference.pointer);
        std::size_t at = reference.offset;
        // For tasks.tune the interesting place is "tune".
        if (reference.path.size() > 1) {
            const std::size_t second = place.node->text.find(reference.path[1], at + reference.path[0].size());
            at = second == std::string::npos ? at : second;
        }
        const std::string_view text = context.out.text();
        readings.push_back(
            {reference.path, offset_within(text, *place.node, reference.offset), offset_within(text, *place.node, at)}
        );
    }
}

const Json* at_pointer(const Json& value, std::string_view pointer) {
    boost::system::error_code error;
    return value.find_pointer(pointer, error);
}

}  // namespace

bool expect_map(Context& context, const YamlNode& node, std::string_view what) {
    if (node.kind == YamlNode::Kind::Map) {
        return true;
    }
    context.out.add(node.offset, std::string(what) + " must be a map, not " + std::string(kind_words(node)));
    return false;
}

bool expect_map(Context& context, const YamlNode& node, std::string_view what, std::span<const std::string_view> keys) {
    if (!expect_map(context, node, what)) {
        return false;
    }
    const std::vector<std::string> known(keys.begin(), keys.end());
    for (const YamlEntry& entry : node.entries) {
        if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
            context.out.add_unknown(entry.key_offset, std::string(what) + " has no key " + quoted(entry.key), entry.key, known);
        }
    }
    return true;
}

bool is_name(std::string_view text) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !text.empty() && text.size() <= 63 && plain(text[0]) &&
           std::all_of(text.begin(), text.end(), [&](char c) { return plain(c) || c == '_' || c == '-'; });
}

bool check_name(Context& context, std::size_t offset, std::string_view text, std::string_view what) {
    if (is_name(text)) {
        return true;
    }
    context.out.add(
        offset, quoted(text) + " is no name for " + std::string(what),
        "names have 1 to 63 of the characters a-z 0-9 _ - and begin with a letter or a digit"
    );
    return false;
}

std::optional<std::string> read_text(Context& context, const YamlEntry& entry) {
    const std::string* text = scalar_of(context, entry, "a text");
    return text == nullptr ? std::nullopt : std::optional(*text);
}

std::optional<Duration> read_duration(Context& context, const YamlEntry& entry) {
    const std::string* text = scalar_of(context, entry, "a duration");
    if (text == nullptr) {
        return std::nullopt;
    }
    const auto duration = duration_from_text(*text);
    if (!duration || *duration <= Duration(0)) {
        wrong_value(context, entry, quoted(*text) + " is not a duration such as 250ms, 30s, 5m, 2h, 1d or 1h30m");
        return std::nullopt;
    }
    return *duration;
}

std::optional<double> read_number(Context& context, const YamlEntry& entry, double least, double most) {
    const std::string* text = scalar_of(context, entry, "a number");
    if (text == nullptr) {
        return std::nullopt;
    }
    double number = 0;
    const char* end = text->data() + text->size();
    const auto [last, error] = std::from_chars(text->data(), end, number, std::chars_format::fixed);
    if (error != std::errc() || last != end || !(number >= least && number <= most)) {
        wrong_value(
            context, entry, quoted(entry.key) + " must be a number from " + to_text(Json(least)) + " to " + to_text(Json(most)) + ", not " + quoted(*text)
        );
        return std::nullopt;
    }
    return number;
}

std::optional<std::int64_t> read_integer(Context& context, const YamlEntry& entry, std::int64_t least, std::int64_t most) {
    const std::string* text = scalar_of(context, entry, "a whole number");
    if (text == nullptr) {
        return std::nullopt;
    }
    std::int64_t number = 0;
    const char* end = text->data() + text->size();
    const auto [last, error] = std::from_chars(text->data(), end, number);
    const bool leading_zero = text->size() > 1 && (*text)[0] == '0';
    if (error != std::errc() || last != end || leading_zero || number < least || number > most) {
        wrong_value(
            context, entry, quoted(entry.key) + " must be a whole number from " + std::to_string(least) + " to " +
                                std::to_string(most) + ", not " + quoted(*text)
        );
        return std::nullopt;
    }
    return number;
}

std::optional<bool> read_bool(Context& context, const YamlEntry& entry) {
    const std::string* text = scalar_of(context, entry, "true or false");
    if (text != nullptr && (!entry.value->plain || (*text != "true" && *text != "false"))) {
        wrong_value(context, entry, quoted(entry.key) + " must be true or false, not " + quoted(*text));
        return std::nullopt;
    }
    return text == nullptr ? std::nullopt : std::optional(*text == "true");
}

std::optional<std::size_t> read_choice(Context& context, const YamlEntry& entry, std::span<const std::string_view> choices) {
    const std::string* text = scalar_of(context, entry, "one of a few words");
    if (text == nullptr) {
        return std::nullopt;
    }
    const auto found = std::find(choices.begin(), choices.end(), *text);
    if (found == choices.end()) {
        context.out.add_unknown(
            entry.value->offset, quoted(*text) + " is no " + quoted(entry.key), *text,
            std::vector<std::string>(choices.begin(), choices.end())
        );
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - choices.begin());
}

std::vector<Named> read_names(Context& context, const YamlEntry& entry) {
    std::vector<Named> names;
    const YamlNode& node = *entry.value;
    if (node.kind == YamlNode::Kind::Scalar) {
        names.push_back({node.text, node.offset});
    } else if (node.kind == YamlNode::Kind::List) {
        for (const YamlPtr& item : node.items) {
            const bool twice = std::any_of(names.begin(), names.end(), [&](const Named& name) { return name.text == item->text; });
            if (item->kind != YamlNode::Kind::Scalar) {
                context.out.add(item->offset, quoted(entry.key) + " must list names only");
            } else if (twice) {
                context.out.add(item->offset, quoted(item->text) + " stands twice in " + quoted(entry.key));
            } else {
                names.push_back({item->text, item->offset});
            }
        }
    } else {
        context.out.add(node.offset, quoted(entry.key) + " must be a name or a list of names, not " + std::string(kind_words(node)));
    }
    return names;
}

core::expr::Program read_expression(Context& context, const YamlNode& node, std::vector<Reading>& readings) {
    if (node.kind != YamlNode::Kind::Scalar || !core::expr::has_expression(node.text)) {
        context.out.add(node.offset, "an expression is expected here", "write ${{ ... }}");
        return {};
    }
    auto program = core::expr::parse_wrapped(node.text);
    if (!program) {
        const std::size_t at = program.error().details.empty() ? 0 : error_offset(program.error().details[0].pointer);
        context.out.add(offset_within(context.out.text(), node, at), program.error().message);
        return {};
    }
    auto references = core::expr::located_references(*program);
    // Offsets count within the program; its text begins behind the opening braces.
    const std::size_t shift = node.text.find("${{") + 3;
    for (auto& reference : references) {
        reference.offset += shift;
    }
    add_readings(context, node, references, readings);
    return *program;
}

core::expr::Template read_template(Context& context, const YamlNode& node, std::vector<Reading>& readings, Json* plain) {
    Json value = to_json(node, context.out);
    auto compiled = core::expr::compile(value);
    if (plain != nullptr) {
        *plain = std::move(value);
    }
    if (!compiled) {
        const ErrorDetail detail = compiled.error().details.at(0);
        const Place place = find_place(node, detail.pointer);
        const std::size_t at = offset_within(context.out.text(), *place.node, error_offset(detail.message));
        context.out.add(at, compiled.error().message);
        return {};
    }
    add_readings(context, node, core::expr::located_references(*compiled), readings);
    return *compiled;
}

void check_against(Context& context, const YamlNode& node, const Json& schema, const Json& value, std::string_view what) {
    const auto valid = core::schema::validate(schema, value);
    if (valid) {
        return;
    }
    for (const ErrorDetail& detail : valid.error().details) {
        const Json* found = at_pointer(value, detail.pointer);
        if (found != nullptr && found->is_string() && core::expr::has_expression(std::string_view(found->get_string()))) {
            continue;
        }
        const Place place = find_place(node, detail.pointer);
        const std::string name = detail.pointer.empty() ? std::string(what) : std::string(what) + " " + detail.pointer.substr(1);
        const bool about_key = detail.message.starts_with("there is no");
        context.out.add(about_key ? place.key_offset : place.node->offset, name + ": " + detail.message);
    }
}

}  // namespace kontor::spec
