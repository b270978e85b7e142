import Engine
import Hummingbird
import Protection

/// A request whose caller is known and asks about its own project: what every route of version 1 gets.
struct ProjectScope: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let caller: Caller
    let links: LinkBase
    /// Where the request came with a key: how its answer is kept.
    var answers: AnswerKeeping?

    /// Throws where the path names another project than the token does, also for an admin.
    init(context: RequestScope) throws(APIError) {
        guard let caller = context.caller, let links = context.links else {
            throw .unauthenticated(identityURI: nil)
        }
        coreContext = context.coreContext
        self.caller = caller
        self.links = links
        guard parameter("project_id") == caller.projectID else { throw .malformedURL }
    }

    /// What makes of that which a route admits the answer to keep, to be handed to whatever writes it down; nil without a key.
    func keeping<Admitted>(_ body: @escaping @Sendable (Admitted) -> JSONValue) -> Keeping<Admitted>? {
        answers?.keeping(body)
    }

    /// A part of the path, decoded; empty where the route has no such part.
    func parameter(_ name: String) -> String {
        FormEncoding.decode(coreContext.parameters[name[...]] ?? "", plusIsSpace: false)
    }

    /// A part of the path that must look like a UUID.
    /// - Parameter what: what the refusal calls it: "Invalid plan id provided."
    func id(_ name: String, _ what: String) throws(APIError) -> String {
        let id = parameter(name)
        guard UUIDText.isUUID(id) else { throw APIError(.badRequest, "Invalid \(what) id provided.") }
        return id
    }
}
