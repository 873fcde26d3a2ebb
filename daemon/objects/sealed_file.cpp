#include "objects/sealed_file.hpp"

#include "base/json.hpp"
#include "objects/files.hpp"
#include "objects/piece_stream.hpp"

namespace kontor::objects {

OpenedHead open_sealed(int file, const ObjectKey& object, KeyRing& keys) {
    const std::string what = "read the object " + object.text;
    std::vector<unsigned char> bytes(head_prefix_bytes);
    bytes.resize(read_full(file, bytes, what));
    const std::optional<std::size_t> rest = head_rest(bytes);
    if (!rest) {
        throw_damaged(object.text, "it does not begin like an object of Kontor that this version can read");
    }
    bytes.resize(head_prefix_bytes + *rest);
    if (read_full(file, std::span(bytes).subspan(head_prefix_bytes), what) != *rest) {
        throw_damaged(object.text, "its head is cut off");
    }
    const UnopenedHead head = parse_head(std::move(bytes));
    if (!head.key_id.starts_with(object.scope + "/" + object.country + "/")) {
        throw_damaged(object.text, "its head names a key of another scope or country ('" + storable(head.key_id) + "')");
    }
    const std::optional<SecretPtr> wrapping = keys.find(head.key_id);
    if (!wrapping) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Data, "the object " + object.text + " cannot be opened: the key '" + storable(head.key_id) +
                                    "' is not in the key file; restore the key file that has it"
        );
    }
    const std::optional<SecretPtr> data_key = open_head(object, head, **wrapping);
    if (!data_key) {
        throw_damaged(object.text, "its head was changed, or belongs to another object");
    }
    return {head.key_id, *data_key, head.stream};
}

}  // namespace kontor::objects
