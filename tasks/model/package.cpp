#include "tasks/model/package.hpp"

#include "tasks/ml/model_file.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace kontor::tasks::model {

// score.py and rerank.py, embedded by the build.
std::string_view scorer_text();
std::string_view reranker_text();

namespace {

constexpr std::size_t block_bytes = 512;

// One header of a POSIX tar and the file behind it. Nothing in it depends on the clock or on who
// asks.
void add_file(std::string& tar, std::string_view name, std::string_view bytes) {
    std::array<char, block_bytes> header{};
    const auto put = [&header](std::size_t at, std::string_view text) {
        std::memcpy(header.data() + at, text.data(), text.size());
    };
    const auto octal = [](std::size_t value, int digits) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%0*zo", digits, value);
        return std::string(text.data());
    };
    put(0, name);
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(124, octal(bytes.size(), 11));
    put(136, "00000000000");
    put(148, "        ");
    put(156, "0");
    put(257, std::string_view("ustar\00000", 8));
    std::size_t sum = 0;
    for (const char byte : header) {
        sum += static_cast<unsigned char>(byte);
    }
    put(148, octal(sum, 6));
    header[154] = '\0';
    tar.append(header.data(), header.size());
    tar.append(bytes);
    tar.append((block_bytes - bytes.size() % block_bytes) % block_bytes, '\0');
}

// NumPy's own format 1.0 for little-endian numbers of four bytes: "f4" or "u4".
std::string npy(std::string_view numbers, std::string_view type, const std::string& shape) {
    std::string head = "{'descr': '<" + std::string(type) + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    constexpr std::size_t prefix = 10;
    constexpr std::size_t alignment = 64;
    head.append(alignment - (prefix + head.size() + 1) % alignment, ' ');
    head.push_back('\n');
    std::string file("\x93NUMPY\x01\x00", 8);
    file.push_back(static_cast<char>(head.size() & 0xFFU));
    file.push_back(static_cast<char>(head.size() >> 8U));
    return file + head + std::string(numbers);
}

std::string vector_file(const std::string& numbers, std::string_view type) {
    return npy(numbers, type, std::to_string(numbers.size() / 4) + ",");
}

std::string matrix_file(const std::string& floats, std::size_t columns) {
    return npy(floats, "f4", std::to_string(floats.size() / 4 / columns) + ", " + std::to_string(columns));
}

template <class Number>
sdk::JsonArray list_of(const ml::ModelFile& file, std::string_view name) {
    const std::string& bytes = ml::section(file.sections, name);
    const std::vector<Number> numbers =
        ml::from_bytes<Number>(bytes, bytes.size() / sizeof(Number));
    return sdk::JsonArray(numbers.begin(), numbers.end());
}

// Files whose names begin with `prefix`, for a scorer that is told the same prefix.
void add_model(std::string& tar, const std::string& prefix, const ml::ModelFile& file, sdk::JsonObject spec);

void add_text_features(sdk::JsonObject& spec, const ml::ModelFile& file) {
    sdk::JsonObject& text = spec.at("model").as_object().at("text").as_object();
    text["hashed"] = list_of<std::uint32_t>(file, "text.kept");
    text["idf"] = list_of<float>(file, "text.weights");
}

void add_linear(std::string& tar, const std::string& prefix, const ml::ModelFile& file) {
    const std::size_t classes = file.header.at("classes").as_array().size();
    add_file(tar, prefix + "weights.npy", matrix_file(ml::section(file.sections, "linear.weights"), classes));
    add_file(tar, prefix + "biases.npy", matrix_file(ml::section(file.sections, "linear.biases"), classes));
}

bool holds_floats(std::string_view section) {
    return section.ends_with(".values") || section.ends_with(".weights") || section.ends_with(".others") || section.ends_with(".ranges");
}

// Each section as an array by its own name; within it, the linear scorer as a model of its own.
void add_rerank(std::string& tar, const std::string& prefix, const ml::ModelFile& file) {
    for (const auto& [name, bytes] : file.sections) {
        if (name == "rerank.trees") {
            add_file(tar, prefix + "trees.ubj", bytes);
        } else if (name == "linear") {
            const ml::ModelFile part = ml::open_model_file(bytes);
            add_model(tar, prefix + "linear.", part, part.header.as_object());
        } else {
            std::string plain = name;
            std::replace(plain.begin(), plain.end(), '/', '.');
            add_file(tar, prefix + plain + ".npy", vector_file(bytes, holds_floats(name) ? "f4" : "u4"));
        }
    }
    // A logarithm of NumPy's may differ in the last digit, and fall on the other side of a split.
    const std::string& support = ml::section(file.sections, "support");
    std::vector<float> items_of_codes;
    for (const std::uint32_t items : ml::from_bytes<std::uint32_t>(support, support.size() / sizeof(std::uint32_t))) {
        items_of_codes.push_back(std::log1p(static_cast<float>(items)));
    }
    add_file(tar, prefix + "items_of_codes.npy", vector_file(ml::to_bytes(items_of_codes), "f4"));
}

void add_model(std::string& tar, const std::string& prefix, const ml::ModelFile& file, sdk::JsonObject spec) {
    spec.erase("sections");
    const std::string family(ml::model_member(file.header, "family").as_string());
    if (family == "linear" || family == "softprob") {
        add_text_features(spec, file);
    }
    add_file(tar, prefix + "model.json", boost::json::serialize(spec));
    if (family == "softprob") {
        add_file(tar, prefix + "trees.ubj", ml::section(file.sections, "softprob.trees"));
    } else if (family == "linear") {
        add_linear(tar, prefix, file);
    } else if (family == "rerank") {
        add_rerank(tar, prefix, file);
        add_file(tar, "rerank.py", reranker_text());
    } else if (family != "constant") {
        throw sdk::TaskFailure(sdk::FailureClass::Bug, "no scorer in Python knows the family " + family);
    }
}

}  // namespace

std::string package_model(std::string_view bytes, const ModelRef& model) {
    const ml::ModelFile file = ml::open_model_file(bytes);
    sdk::JsonObject spec = file.header.as_object();
    spec["id"] = model.id;
    spec["sha256"] = model.object.sha256;
    spec["list"] = model.list;
    std::string tar;
    add_model(tar, "", file, std::move(spec));
    add_file(tar, "score.py", scorer_text());
    tar.append(2 * block_bytes, '\0');
    if (tar.size() > package_bytes_max) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config,
            "the package of the model " + model.id + " is larger than 256 MiB"
        );
    }
    return tar;
}

}  // namespace kontor::tasks::model
