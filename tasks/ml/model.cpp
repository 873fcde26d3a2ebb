#include "tasks/ml/model.hpp"

#include <algorithm>
#include <bit>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <cstring>
#include <functional>

#include "tasks/ml/calibrate.hpp"
#include "tasks/ml/exact_json.hpp"
#include "tasks/ml/families.hpp"
#include "tasks/ml/model_file.hpp"

namespace kontor::ml {
namespace {

static_assert(std::endian::native == std::endian::little, "model files hold little-endian numbers");

constexpr std::string_view magic = "KONTORM1";
// Class names, schema, scales and category lists of the largest models stay far below.
constexpr std::size_t header_bytes_max = std::size_t{64} << 20U;
constexpr int format_version = 1;

std::vector<std::string> texts_of(const sdk::Json& value) {
    std::vector<std::string> texts;
    if (!value.is_array()) {
        broken_model("its classes are no list");
    }
    for (const sdk::Json& text : value.get_array()) {
        if (!text.is_string()) {
            broken_model("a class is no text");
        }
        texts.emplace_back(text.get_string());
    }
    return texts;
}

}  // namespace

ModelFile open_model_file(std::string_view bytes) {
    std::uint32_t header_bytes = 0;
    if (bytes.size() < magic.size() + sizeof header_bytes || !bytes.starts_with(magic)) {
        broken_model("it does not begin as one");
    }
    std::memcpy(&header_bytes, bytes.data() + magic.size(), sizeof header_bytes);
    bytes.remove_prefix(magic.size() + sizeof header_bytes);
    if (header_bytes > header_bytes_max || header_bytes > bytes.size()) {
        broken_model("its header is cut short");
    }
    ModelFile file;
    file.header = read_json(bytes.substr(0, header_bytes), "the model file's header");
    bytes.remove_prefix(header_bytes);
    const sdk::Json& sections = model_member(file.header, "sections");
    if (!sections.is_object()) {
        broken_model("its list of sections is missing");
    }
    for (const auto& member : sections.get_object()) {
        const std::int64_t size = member.value().is_int64() ? member.value().get_int64() : -1;
        if (size < 0 || static_cast<std::size_t>(size) > bytes.size()) {
            broken_model("a section is cut short");
        }
        file.sections[member.key()] = std::string(bytes.substr(0, static_cast<std::size_t>(size)));
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    if (!bytes.empty()) {
        broken_model("something follows its last section");
    }
    return file;
}

void Model::predict(const Table& rows, Scores& out) {
    score(rows, out);
    for (std::size_t row = 0; row < out.rows(); ++row) {
        softmax(out.row(row), temperature_);
    }
}

std::string save_model(const Model& model, const sdk::Json& params) {
    Sections sections;
    sdk::Json own = model.save(sections);
    return write_model_file({
        {"format", format_version},
        {"family", model.family()},
        {"classes", sdk::JsonArray(model.classes().begin(), model.classes().end())},
        {"schema", to_json(model.schema())},
        {"params", params},
        {"temperature", model.temperature()},
        {"model", std::move(own)}}, sections);
}

std::string write_model_file(sdk::JsonObject header, const Sections& sections) {
    sdk::JsonObject sizes;
    for (const auto& [name, bytes] : sections) {
        sizes[name] = bytes.size();
    }
    header["sections"] = std::move(sizes);
    const std::string text = boost::json::serialize(header);
    const auto header_bytes = static_cast<std::uint32_t>(text.size());
    std::string file(magic);
    file.append(reinterpret_cast<const char*>(&header_bytes), sizeof header_bytes);
    file.append(text);
    for (const auto& [name, bytes] : sections) {
        file.append(bytes);
    }
    return file;
}

std::string model_id(std::string_view sha256) { return "m-" + std::string(sha256.substr(0, 16)); }

LoadedModel load_model(std::string_view bytes, int threads) {
    const ModelFile file = open_model_file(bytes);
    if (model_number(file.header, "format") != format_version) {
        broken_model("it was written by another version of Kontor");
    }
    const sdk::Json& name = model_member(file.header, "family");
    const Family* family = name.is_string() ? find_family(name.get_string()) : nullptr;
    if (family == nullptr) {
        broken_model("its family is unknown");
    }
    ModelParts parts{
        schema_from(model_member(file.header, "schema")),
        texts_of(model_member(file.header, "classes")),
        model_member(file.header, "model"),
        file.sections,
        threads};
    if (parts.classes.empty()) {
        broken_model("it has no class");
    }
    if (std::adjacent_find(parts.classes.begin(), parts.classes.end(), std::greater_equal<>()) != parts.classes.end()) {
        broken_model("its classes are not sorted, or one stands there twice");
    }
    const double temperature = model_number(file.header, "temperature");
    if (!(temperature > 0) || !std::isfinite(temperature)) {
        broken_model("its temperature must be above 0");
    }
    LoadedModel loaded{family->load(parts), model_member(file.header, "params")};
    loaded.model->set_temperature(temperature);
    return loaded;
}

}  // namespace kontor::ml
