#include "tasks/model/package.hpp"

#include "tasks/ml/model_file.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <cstdio>
#include <cstring>

namespace kontor::tasks::model {

// score.py, embedded by the build.
std::string_view scorer_text();

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

// NumPy's own format 1.0 for little-endian floats.
std::string npy(const std::string& floats, std::size_t rows, std::size_t columns) {
    std::string head = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                       std::to_string(rows) + ", " + std::to_string(columns) + "), }";
    constexpr std::size_t prefix = 10;
    constexpr std::size_t alignment = 64;
    head.append(alignment - (prefix + head.size() + 1) % alignment, ' ');
    head.push_back('\n');
    std::string file("\x93NUMPY\x01\x00", 8);
    file.push_back(static_cast<char>(head.size() & 0xFFU));
    file.push_back(static_cast<char>(head.size() >> 8U));
    return file + head + floats;
}

template <class Number>
sdk::JsonArray list_of(const ml::ModelFile& file, std::string_view name) {
    const std::string& bytes = ml::section(file.sections, name);
    const std::vector<Number> numbers =
        ml::from_bytes<Number>(bytes, bytes.size() / sizeof(Number));
    return sdk::JsonArray(numbers.begin(), numbers.end());
}

}  // namespace

std::string package_model(std::string_view bytes, const ModelRef& model) {
    const ml::ModelFile file = ml::open_model_file(bytes);
    const std::string family(ml::model_member(file.header, "family").as_string());
    if (family != "linear" && family != "softprob" && family != "constant") {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config,
            "the model " + model.id + " is of the family " + family +
                ", which cannot be exported: its candidates come from scorers that the Python "
                "scorer does not have. Models of the "
                "families linear, softprob and constant can"
        );
    }
    sdk::JsonObject spec = file.header.as_object();
    spec.erase("sections");
    spec["id"] = model.id;
    spec["sha256"] = model.object.sha256;
    spec["list"] = model.list;
    std::string tar;
    if (family != "constant") {
        sdk::JsonObject& text = spec.at("model").as_object().at("text").as_object();
        text["hashed"] = list_of<std::uint32_t>(file, "text.kept");
        text["idf"] = list_of<float>(file, "text.weights");
    }
    add_file(tar, "model.json", boost::json::serialize(spec));
    if (family == "softprob") {
        add_file(tar, "trees.ubj", ml::section(file.sections, "softprob.trees"));
    }
    if (family == "linear") {
        const std::string& weights = ml::section(file.sections, "linear.weights");
        const std::size_t classes = file.header.at("classes").as_array().size();
        add_file(
            tar, "weights.npy", npy(weights, weights.size() / sizeof(float) / classes, classes)
        );
        add_file(tar, "biases.npy", npy(ml::section(file.sections, "linear.biases"), 1, classes));
    }
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
