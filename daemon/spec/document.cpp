#include "spec/spec.hpp"
#include "spec/yaml_tree.hpp"

namespace kontor::spec {

Result<Json> document_of(std::string_view text) {
    Diagnostics found(text);
    const YamlPtr tree = read_yaml(text, found);
    Json document = tree == nullptr ? Json() : to_json(*tree, found);
    if (!found.empty()) {
        return to_error(found.take(), "the definition");
    }
    return document;
}

}  // namespace kontor::spec
