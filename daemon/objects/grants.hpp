// Who may encrypt and decrypt what: a task runs under a role, and a role holds grants (action x scope x countries).
// What is not granted is refused. Pure; filled at start, then only read. Owner: LocalObjects.
//
// Built in, each for all countries:
//   role        decrypt                           encrypt
//   receiver                                      inbox
//   extractor                                     raw quarantine
//   preparer    raw dataset inbox                 dataset quarantine
//   trainer     dataset model                     model
//   predictor   raw dataset model inbox           prediction
//   evaluator   dataset model prediction score    score
//   reporter    raw dataset prediction            report review
//   registrar   report review dataset                                the daemon, for the queue of reviews
//   labeller    review sample                     dataset
//   importer    inbox dataset                     model        of models that were made elsewhere
//   collector                                     sample       the daemon, for what programs send
//   inspector   quarantine                                          people, through the API
//   live        model dataset                                       live predictions: a model, and its code list
//   reviewer    review                                              people, through the API
//   filer       report                            report            the daemon and people, for what is filed
//   tracer      prediction                                          people, through the API: the items of a filed number
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace kontor::objects {

enum class Action { Encrypt, Decrypt };
std::string_view to_string(Action action);

struct Grant {
    Action action = Action::Decrypt;
    std::string scope;
    std::set<std::string> countries;  // empty: all of them
};

class Grants {
 public:
    // The table above.
    static Grants built_in();
    // `{"roles": {"trainer": [{"action": "decrypt", "scope": "dataset", "countries": ["DE"]}]}}`.
    // A role that is named replaces the built-in one of that name; `countries` absent means all.
    // Errors: Invalid with details {JSON pointer, message}, every fault found.
    static Result<Grants> from_json(const Json& config);

    bool allows(std::string_view role, Action action, std::string_view scope, std::string_view country) const;
    // Throws TaskFailure(Config) that names role, action, scope and country.
    void require(std::string_view role, Action action, std::string_view scope, std::string_view country) const;

 private:
    std::map<std::string, std::vector<Grant>, std::less<>> roles_;
};

}  // namespace kontor::objects
