#include "tasks/package/package.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "tasks/archive/tar.hpp"
#include "tasks/ml/model_file.hpp"
#include "tasks/package/npy.hpp"
#include "tasks/package/package_names.hpp"

namespace kontor::tasks::package {

// score.py and rerank.py, embedded by the build.
std::string_view scorer_text();
std::string_view reranker_text();

namespace {

template <class Number>
sdk::JsonArray list_of(const ml::ModelFile& file, std::string_view name) {
    const std::string& bytes = ml::section(file.sections, name);
    const std::vector<Number> numbers =
        ml::from_bytes<Number>(bytes, bytes.size() / sizeof(Number));
    return sdk::JsonArray(numbers.begin(), numbers.end());
}

// Files whose names begin with `prefix`, for a scorer that is told the same prefix.
void add_model(archive::TarWriter& tar, const std::string& prefix, const ml::ModelFile& file, sdk::JsonObject spec);

void add_text_features(sdk::JsonObject& spec, const ml::ModelFile& file) {
    sdk::JsonObject& text = spec.at("model").as_object().at("text").as_object();
    text["hashed"] = list_of<std::uint32_t>(file, "text.kept");
    text["idf"] = list_of<float>(file, "text.weights");
}

void add_linear(archive::TarWriter& tar, const std::string& prefix, const ml::ModelFile& file) {
    const std::size_t classes = file.header.at("classes").as_array().size();
    tar.add(prefix + "weights.npy", npy_matrix(ml::section(file.sections, "linear.weights"), NumberType::Float, classes));
    tar.add(prefix + "biases.npy", npy_matrix(ml::section(file.sections, "linear.biases"), NumberType::Float, classes));
}

// Each section as an array by its own name; within it, the linear scorer as a model of its own.
void add_rerank(archive::TarWriter& tar, const std::string& prefix, const ml::ModelFile& file) {
    for (const auto& [name, bytes] : file.sections) {
        if (name == "rerank.trees") {
            tar.add(prefix + "trees.ubj", bytes);
        } else if (name == "linear") {
            const ml::ModelFile part = ml::open_model_file(bytes);
            add_model(tar, prefix + "linear.", part, part.header.as_object());
        } else {
            tar.add(prefix + file_of(name), npy_vector(bytes, numbers_of(name)));
        }
    }
    // A logarithm of NumPy's may differ in the last digit, and fall on the other side of a split.
    const std::string& support = ml::section(file.sections, "support");
    std::vector<float> items_of_codes;
    for (const std::uint32_t items : ml::from_bytes<std::uint32_t>(support, support.size() / sizeof(std::uint32_t))) {
        items_of_codes.push_back(std::log1p(static_cast<float>(items)));
    }
    tar.add(prefix + "items_of_codes.npy", npy_vector(ml::to_bytes(items_of_codes), NumberType::Float));
}

void add_model(archive::TarWriter& tar, const std::string& prefix, const ml::ModelFile& file, sdk::JsonObject spec) {
    spec.erase("sections");
    const std::string family(ml::model_member(file.header, "family").as_string());
    if (family == "linear" || family == "softprob") {
        add_text_features(spec, file);
    } else if (family == "rerank") {
        sdk::JsonArray names;
        for (const auto& section : file.sections) {
            names.push_back(boost::json::string(section.first));
        }
        spec["sections"] = std::move(names);
    }
    tar.add(prefix + "model.json", boost::json::serialize(spec));
    if (family == "softprob") {
        tar.add(prefix + "trees.ubj", ml::section(file.sections, "softprob.trees"));
    } else if (family == "linear") {
        add_linear(tar, prefix, file);
    } else if (family == "rerank") {
        add_rerank(tar, prefix, file);
        tar.add("rerank.py", reranker_text());
    } else if (family != "constant") {
        throw sdk::TaskFailure(sdk::FailureClass::Bug, "no scorer in Python knows the family " + family);
    }
}

}  // namespace

std::string package_model(std::string_view bytes, const model::ModelRef& model) {
    const ml::ModelFile file = ml::open_model_file(bytes);
    sdk::JsonObject spec = file.header.as_object();
    spec["id"] = model.id;
    spec["sha256"] = model.object.sha256;
    spec["list"] = model.list;
    archive::TarWriter writer;
    add_model(writer, "", file, std::move(spec));
    writer.add("score.py", scorer_text());
    std::string tar = writer.finish();
    if (tar.size() > package_bytes_max) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config,
            "the package of the model " + model.id + " is larger than 256 MiB"
        );
    }
    return tar;
}

}  // namespace kontor::tasks::package
