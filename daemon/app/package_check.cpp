#include "app/package_check.hpp"

#include "tasks/ml/digest.hpp"
#include "tasks/ml/model.hpp"
#include "tasks/package/import_child.hpp"

namespace kontor::app {

Result<std::string> check_package(std::string_view tar) {
    try {
        const tasks::package::Unpacked model = tasks::package::unpack_in_child(tar, tasks::package::own_program, {});
        return "The package is sound: model " + ml::model_id(ml::sha256_hex(model.bytes)) + " of the family " + model.family + "; " + model.probed + ".";
    } catch (const sdk::TaskFailure& failure) {
        return invalid("", failure.reason());
    }
}

}  // namespace kontor::app
