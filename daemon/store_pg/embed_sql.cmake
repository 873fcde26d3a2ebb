# cmake -DOUTPUT=x.cpp -DFOLDER=daemon/store_pg -P embed_sql.cmake: the SQL files as text inside the program.
# They are read by people as SQL and by the program without a file system.
function(embed list_name pattern out)
    file(GLOB files ${FOLDER}/${pattern})
    list(SORT files)
    set(text "")
    foreach(file IN LISTS files)
        get_filename_component(name ${file} NAME_WE)
        file(READ ${file} content)
        string(APPEND text "    {\"${name}\", R\"kontor_sql(${content})kontor_sql\"},\n")
    endforeach()
    set(${out} "const SqlFile ${list_name}_files[] = {\n${text}};\n" PARENT_SCOPE)
endfunction()

embed(migration "migrations/*.sql" migrations)
embed(query "queries/*.sql" queries)
file(WRITE ${OUTPUT}
"// Made by embed_sql.cmake.
#include \"store_pg/embedded_sql.hpp\"

namespace kontor::store_pg {
namespace {
${migrations}${queries}}  // namespace

std::span<const SqlFile> embedded_migrations() { return migration_files; }
std::span<const SqlFile> embedded_queries() { return query_files; }

}  // namespace kontor::store_pg
")
