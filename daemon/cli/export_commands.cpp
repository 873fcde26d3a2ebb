// A model as files: the daemon's tar, kept as it is or unpacked.
#include "cli/cli.hpp"
#include "cli/live_commands.hpp"
#include "tasks/archive/tar.hpp"
#include "tasks/sdk/outcome.hpp"

#include <filesystem>
#include <fstream>
#include <ostream>

namespace kontor::cli {
namespace {

namespace fs = std::filesystem;

Result<void> write_file(const fs::path& path, std::string_view bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    return file ? Result<void>()
                : Result<void>(invalid("model export", "cannot write " + path.string()));
}

Result<void> unpack(std::string_view tar, const fs::path& folder) {
    std::error_code fault;
    fs::create_directories(folder, fault);
    if (fault) {
        return invalid(
            "model export", "cannot make the folder " + folder.string() + ": " + fault.message()
        );
    }
    try {
        // What a daemon sends writes nowhere but into the folder, and hides nothing in it.
        for (const archive::File& file : archive::read_tar(tar, {})) {
            if (file.name.starts_with('.') || file.name.find('\\') != std::string::npos) {
                return internal("model export", "the daemon's package: no plain name of a file: '" + file.name + "'");
            }
            if (auto written = write_file(folder / file.name, file.bytes); !written) {
                return written;
            }
        }
        return {};
    } catch (const sdk::TaskFailure& failure) {
        return internal("model export", "the daemon's package: " + failure.reason());
    }
}

struct Place {
    std::string country;
    std::string model;
};

// A country's model in force, or the country of a model.
Result<Place> place_of(Session& session, const std::string& wanted) {
    if (wanted.size() != 2) {
        const Result<Json> model = session.client.get("/v1/models/" + percent_encoded(wanted));
        return model ? Result<Place>(Place{text_member(*model, "country"), wanted})
                     : Result<Place>(model.error());
    }
    const Result<Json> winners =
        session.client.get(with_query("/v1/winners", {{"country", wanted}}));
    if (!winners) {
        return winners.error();
    }
    const Json* items = member(*winners, "items");
    const bool found = items != nullptr && items->is_array() && !items->get_array().empty();
    const Json* model = found ? member(items->get_array().front(), "model") : nullptr;
    if (model == nullptr || !model->is_string()) {
        return conflict(
            "model export",
            "the country " + wanted + " has no model in force: 'kontor models --country " + wanted +
                "' lists its models"
        );
    }
    return Place{wanted, std::string(model->get_string())};
}

}  // namespace

int export_model(Session& session, const ExportOrder& order) {
    const Result<Place> place = place_of(session, order.model);
    if (!place) {
        return report(session.around, place.error());
    }
    const Result<std::string> tar = session.client.get_text(
        "/v1/countries/" + percent_encoded(place->country) + "/models/" +
        percent_encoded(place->model) + "/package"
    );
    if (!tar) {
        return report(session.around, tar.error());
    }
    const Result<void> written =
        order.to.ends_with(".tar") ? write_file(order.to, *tar) : unpack(*tar, order.to);
    if (!written) {
        return report(session.around, written.error());
    }
    if (!printed_as_json(
            session,
            JsonObject{{"model", place->model}, {"country", place->country}, {"written", order.to}}
        )) {
        session.around.out << "The model " << place->model << " of " << place->country
                           << " lies in " << order.to << ".\n";
    }
    return ExitOk;
}

int model_card(Session& session, const ExportOrder& order) {
    const Result<Place> place = place_of(session, order.model);
    if (!place) {
        return report(session.around, place.error());
    }
    const bool page = !order.to.empty() && !order.to.ends_with(".json");
    const Result<std::string> card = session.client.get_text(with_query(
        "/v1/models/" + percent_encoded(place->model) + "/card",
        {{"country", place->country}, {"format", page ? "html" : "json"}}
    ));
    if (!card) {
        return report(session.around, card.error());
    }
    if (order.to.empty()) {
        const Result<Json> told = json_from_text(*card);
        if (!told) {
            return report(session.around, told.error());
        }
        if (!printed_as_json(session, *told)) {
            session.around.out << *card << "\n";
        }
        return ExitOk;
    }
    if (const Result<void> written = write_file(order.to, *card); !written) {
        return report(session.around, written.error());
    }
    session.around.out << "The card of the model " << place->model << " of " << place->country << " lies in " << order.to << ".\n";
    return ExitOk;
}

}  // namespace kontor::cli
