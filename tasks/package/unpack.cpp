#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

#include "tasks/archive/tar.hpp"
#include "tasks/ml/exact_json.hpp"
#include "tasks/ml/model_file.hpp"
#include "tasks/package/npy.hpp"
#include "tasks/package/package.hpp"
#include "tasks/package/package_names.hpp"
#include "tasks/package/probe.hpp"
#include "tasks/package/tree_check.hpp"

namespace kontor::tasks::package {
namespace {

// Weights and values beyond this add up to numbers that no float holds.
constexpr float value_max = 1e9F;

[[noreturn]] void broken(const std::string& what) { throw sdk::TaskFailure(sdk::FailureClass::Data, what); }

class Package {
 public:
    explicit Package(std::string_view tar) {
        for (archive::File& file : archive::read_tar(tar, {.bytes_max = package_bytes_max})) {
            files_.emplace(std::move(file.name), std::move(file.bytes));
        }
    }
    const std::string& file(const std::string& name) const {
        const auto found = files_.find(name);
        if (found == files_.end()) {
            broken("the package has no file " + name + ": `kontor model export` shows which files a model of the same family consists of");
        }
        return found->second;
    }
    sdk::JsonObject object(const std::string& name) const {
        sdk::Json value = ml::read_json(file(name), name);
        if (!value.is_object()) {
            broken(name + " is no JSON object");
        }
        return std::move(value.get_object());
    }
    // A section of a model file.
    std::string numbers(const std::string& name, NumberType type) const {
        NpyArray array = read_npy(file(name), type, name);
        if (type != NumberType::Unsigned) {
            check(ml::from_bytes<float>(array.numbers, array.numbers.size() / sizeof(float)), name);
        }
        return std::move(array.numbers);
    }
    static void check(const std::vector<float>& values, const std::string& name) {
        for (const float value : values) {
            // What may be missing has passed already; elsewhere nothing is.
            if (std::abs(value) > value_max) {
                broken(name + " holds a number that is not finite, or beyond 1e9");
            }
        }
    }

 private:
    std::map<std::string, std::string, std::less<>> files_;
};

// The list `name` of the text features becomes a section.
template <class Number>
std::string take_list(sdk::JsonObject& text, const char* name) {
    std::vector<Number> numbers;
    const sdk::Json* list = text.if_contains(name);
    if (list == nullptr || !list->is_array()) {
        broken(std::string("model.json: model.text.") + name + " must be a list of numbers");
    }
    for (const sdk::Json& entry : list->get_array()) {
        const double number = entry.is_number() ? entry.to_number<double>() : -1;
        if (!(number >= 0) || number > static_cast<double>(std::numeric_limits<Number>::max()) || (entry.is_double() && std::is_integral_v<Number>)) {
            broken(std::string("model.json: model.text.") + name + " holds something else than a number from 0 on");
        }
        numbers.push_back(static_cast<Number>(number));
    }
    text.erase(name);
    return ml::to_bytes(numbers);
}

void take_text(sdk::JsonObject& header, ml::Sections& sections) {
    sdk::Json* model = header.if_contains("model");
    sdk::Json* text = model == nullptr || !model->is_object() ? nullptr : model->get_object().if_contains("text");
    if (text == nullptr || !text->is_object()) {
        broken("model.json: \"model\" must be an object with the text features in \"text\"");
    }
    sections["text.kept"] = take_list<std::uint32_t>(text->get_object(), "hashed");
    sections["text.weights"] = take_list<float>(text->get_object(), "idf");
    Package::check(ml::from_bytes<float>(sections["text.weights"], sections["text.weights"].size() / sizeof(float)), "model.text.idf");
}

ml::ModelFile model_file(const Package& package, const std::string& prefix);

void take_rerank(const Package& package, const std::string& prefix, const sdk::Json& names, ml::Sections& sections) {
    if (!names.is_array()) {
        broken("model.json: \"sections\" must list the parts of a model of the family rerank; export it again with this version of Kontor");
    }
    for (const sdk::Json& entry : names.get_array()) {
        const std::string name = entry.is_string() ? std::string(entry.get_string()) : std::string();
        if (name == "rerank.trees") {
            sections[name] = checked_trees(package.file(prefix + "trees.ubj"), {0, {"rank:pairwise", "binary:logistic"}});
        } else if (name == "linear" && prefix.empty()) {
            const ml::ModelFile part = model_file(package, "linear.");
            sections[name] = ml::write_model_file(part.header.get_object(), part.sections);
        } else {
            sections[name] = package.numbers(prefix + file_of(name), numbers_of(name));
        }
    }
}

// Codes stand in data files, reports and messages.
void check_codes(const sdk::Json* classes) {
    constexpr std::size_t bytes_max = 100;
    // A score for each row and code must fit into memory where the month's items are classified: 2,048 rows and 80 MB at a time.
    constexpr std::size_t codes_max = 10'000;
    if (classes != nullptr && classes->is_array() && classes->get_array().size() > codes_max) {
        broken("model.json: more than 10,000 \"classes\"");
    }
    for (const sdk::Json& entry : classes == nullptr || !classes->is_array() ? sdk::JsonArray() : classes->get_array()) {
        const std::string code = entry.is_string() ? std::string(entry.get_string()) : std::string();
        const bool control = std::any_of(code.begin(), code.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
        if (code.empty() || code.size() > bytes_max || control) {
            broken("model.json: a code of \"classes\" is a line of at most 100 bytes");
        }
    }
}

// As the package has it; its trees are not yet XGBoost's own file.
ml::ModelFile model_file(const Package& package, const std::string& prefix) {
    sdk::JsonObject header = package.object(prefix + "model.json");
    const sdk::Json* named = header.if_contains("family");
    const std::string family = named != nullptr && named->is_string() ? std::string(named->get_string()) : std::string();
    const sdk::Json* listed = header.if_contains("classes");
    check_codes(listed);
    const std::size_t classes = listed != nullptr && listed->is_array() ? listed->get_array().size() : 0;
    ml::Sections sections;
    if (family == "softprob") {
        take_text(header, sections);
        sections["softprob.trees"] = checked_trees(package.file(prefix + "trees.ubj"), {classes, {"multi:softprob"}});
    } else if (family == "linear") {
        take_text(header, sections);
        sections["linear.weights"] = package.numbers(prefix + "weights.npy", NumberType::Float);
        sections["linear.biases"] = package.numbers(prefix + "biases.npy", NumberType::Float);
    } else if (family == "rerank") {
        take_rerank(package, prefix, header["sections"], sections);
    } else if (family != "constant") {
        broken(prefix + "model.json: \"family\" must be linear, softprob, rerank or constant");
    }
    header.emplace("params", sdk::JsonObject());
    header.emplace("temperature", 1.0);
    // In the order of save_model, and nothing else.
    sdk::JsonObject own;
    for (const char* name : {"format", "family", "classes", "schema", "params", "temperature", "model"}) {
        const sdk::Json* value = header.if_contains(name);
        if (value == nullptr) {
            broken(prefix + "model.json lacks \"" + name + "\"");
        }
        own[name] = *value;
    }
    return {std::move(own), std::move(sections)};
}

}  // namespace

Unpacked unpack_model(std::string_view tar) try {
    const Package package(tar);
    const ml::ModelFile file = model_file(package, "");
    ml::LoadedModel loaded = ml::load_model(ml::write_model_file(file.header.get_object(), file.sections), 1);
    Unpacked unpacked;
    unpacked.probed = probe(*loaded.model);
    // The trees as XGBoost writes them; the header as it was read.
    const ml::ModelFile saved = ml::open_model_file(ml::save_model(*loaded.model, loaded.params));
    unpacked.bytes = ml::write_model_file(file.header.get_object(), saved.sections);
    unpacked.family = loaded.model->family();
    const sdk::JsonObject told = package.object("model.json");
    if (const sdk::Json* list = told.if_contains("list"); list != nullptr && list->is_object() && list->get_object().contains("codes_sha256")) {
        unpacked.list = *list;
    }
    return unpacked;
} catch (const sdk::TaskFailure& failure) {
    // Whatever it is called elsewhere, here the package is to blame.
    broken(failure.reason());
} catch (const std::length_error& /*sizes without sense*/) {
    broken("model.json: a size is impossible");
}

}  // namespace kontor::tasks::package
