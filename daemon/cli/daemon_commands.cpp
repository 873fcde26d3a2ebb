// How the daemon is.
#include "cli/cli.hpp"
#include "cli/commands.hpp"

namespace kontor::cli {

int show_status(Session& session) {
    const Result<Json> status = session.client.get("/v1/status");
    if (!status) {
        return report(session.around, status.error());
    }
    return print_item(
        session,
        *status,
        {{"version", "/version"},
         {"started", "/started_at", Kind::Time},
         {"leader", "/leader"},
         {"epoch", "/epoch"},
         {"commits", "/seq"},
         {"runs queued", "/runs/queued"},
         {"runs running", "/runs/running"},
         {"cores", "/pools/compute/cores"},
         {"cores used", "/pools/compute/used"},
         {"io slots", "/pools/io/slots"},
         {"io slots used", "/pools/io/used"},
         {"tasks ready", "/queue/ready"},
         {"inbox", "/queue/inbox"},
         {"database", "/database"},
         {"trouble", "/trouble/what"},
         {"trouble since", "/trouble/since", Kind::Time}}
    );
}

}  // namespace kontor::cli
