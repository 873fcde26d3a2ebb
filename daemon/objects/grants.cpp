#include "objects/grants.hpp"

#include <algorithm>
#include <initializer_list>

#include "objects/object_key.hpp"

namespace kontor::objects {
namespace {

class Reading {
 public:
    std::vector<Grant> role(const std::string& pointer, const Json& value) {
        std::vector<Grant> grants;
        const JsonArray* list = value.if_array();
        if (list == nullptr) {
            fault(pointer, "must be a list of grants");
            return grants;
        }
        for (std::size_t i = 0; i < list->size(); ++i) {
            grants.push_back(grant(pointer + "/" + std::to_string(i), (*list)[i]));
        }
        return grants;
    }
    void fault(std::string pointer, std::string message) { faults_.push_back({std::move(pointer), std::move(message)}); }
    std::vector<ErrorDetail>& faults() { return faults_; }

 private:
    Grant grant(const std::string& pointer, const Json& value) {
        Grant grant;
        const JsonObject* object = value.if_object();
        if (object == nullptr) {
            fault(pointer, "must be an object with action, scope and countries");
            return grant;
        }
        for (const auto& entry : *object) {
            const std::string_view name = entry.key();
            if (name != "action" && name != "scope" && name != "countries") {
                fault(pointer + "/" + std::string(name), "is unknown: a grant has action, scope and countries");
            }
        }
        const std::string action = text_member(value, "action");
        if (action != "encrypt" && action != "decrypt") {
            fault(pointer + "/action", "must be \"encrypt\" or \"decrypt\"");
        }
        grant.action = action == "encrypt" ? Action::Encrypt : Action::Decrypt;
        grant.scope = text_member(value, "scope");
        if (grant.scope.empty() || grant.scope.size() > scope_bytes_max) {
            fault(pointer + "/scope", "must name a scope, for example \"raw\" or \"dataset\"");
        }
        if (const Json* countries = object->if_contains("countries")) {
            read_countries(pointer + "/countries", *countries, grant);
        }
        return grant;
    }
    void read_countries(const std::string& pointer, const Json& value, Grant& grant) {
        const JsonArray* list = value.if_array();
        if (list == nullptr || list->empty()) {
            // An empty list would read as "all", the opposite of what it looks like.
            fault(pointer, "must be a list of at least one country; leave it out to mean all");
            return;
        }
        for (std::size_t i = 0; i < list->size(); ++i) {
            const Json& country = (*list)[i];
            if (!country.is_string() || !is_country(std::string_view(country.get_string()))) {
                fault(pointer + "/" + std::to_string(i), "must be two capital letters or \"all\"");
                continue;
            }
            grant.countries.emplace(country.get_string());
        }
    }

    std::vector<ErrorDetail> faults_;
};

}  // namespace

std::string_view to_string(Action action) {
    switch (action) {
        case Action::Encrypt: return "encrypt";
        case Action::Decrypt: return "decrypt";
    }
    KONTOR_UNREACHABLE();
}

Grants Grants::built_in() {
    Grants grants;
    const auto role = [&](const char* name, std::initializer_list<const char*> decrypt, std::initializer_list<const char*> encrypt) {
        std::vector<Grant>& list = grants.roles_[name];
        for (const char* scope : decrypt) {
            list.push_back({Action::Decrypt, scope, {}});
        }
        for (const char* scope : encrypt) {
            list.push_back({Action::Encrypt, scope, {}});
        }
    };
    role("receiver", {}, {"inbox"});
    role("extractor", {}, {"raw", "quarantine"});
    role("preparer", {"raw", "dataset", "inbox"}, {"dataset", "quarantine"});
    role("trainer", {"dataset", "model"}, {"model"});
    role("predictor", {"raw", "dataset", "model", "inbox"}, {"prediction"});
    role("evaluator", {"dataset", "model", "prediction", "score"}, {"score"});
    role("inspector", {"quarantine"}, {});
    role("live", {"model", "dataset"}, {});
    role("reporter", {"raw", "dataset", "prediction"}, {"report", "review"});
    role("registrar", {"report", "review", "dataset"}, {});
    role("reviewer", {"review"}, {});
    role("filer", {"report"}, {"report"});
    role("tracer", {"prediction"}, {});
    role("importer", {"inbox", "dataset"}, {"model"});
    role("labeller", {"review", "sample"}, {"dataset"});
    role("collector", {}, {"sample"});
    role("monitor", {"raw", "dataset", "model", "prediction", "inbox"}, {});
    return grants;
}

Result<Grants> Grants::from_json(const Json& config) {
    Grants grants = built_in();
    Reading reading;
    const Json* roles = member(config, "roles");
    if (roles == nullptr || !roles->is_object()) {
        reading.fault("/roles", "must be an object: the grants of each role by its name");
    } else {
        for (const auto& entry : roles->get_object()) {
            const std::string name(entry.key());
            grants.roles_[name] = reading.role("/roles/" + name, entry.value());
        }
    }
    if (!reading.faults().empty()) {
        Error error = invalid("grants", "the grants of the roles are not valid");
        error.details = std::move(reading.faults());
        return error;
    }
    return grants;
}

bool Grants::allows(std::string_view role, Action action, std::string_view scope, std::string_view country) const {
    const auto found = roles_.find(role);
    if (found == roles_.end()) {
        return false;
    }
    return std::any_of(found->second.begin(), found->second.end(), [&](const Grant& grant) {
        return grant.action == action && grant.scope == scope &&
               (grant.countries.empty() || grant.countries.contains(std::string(country)));
    });
}

void Grants::require(std::string_view role, Action action, std::string_view scope, std::string_view country) const {
    if (allows(role, action, scope, country)) {
        return;
    }
    const std::string who = role.empty() ? "a task without a role" : "the role '" + storable(role) + "'";
    throw sdk::TaskFailure(
        sdk::FailureClass::Config, who + " may not " + std::string(to_string(action)) + " '" + std::string(scope) + "' of country " +
                                       std::string(country) + ": grant it, or give the task another role"
    );
}

}  // namespace kontor::objects
