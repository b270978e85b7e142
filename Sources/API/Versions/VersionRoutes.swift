import Hummingbird
import Protection

/// `GET /`: which versions there are. One, and as Karbor has it the answer is 300 and the link goes by `/data-protect`.
struct VersionRoutes {
    func add(to router: some RouterMethods<RequestScope>) {
        router.get { _, scope in
            let href = "\(scope.links?.origin ?? "")/\(RequestTarget.prefix)/v1/"
            return Response.json(
                [
                    "versions": [
                        ["id": "v1.0", "status": "CURRENT", "links": [["rel": "self", "href": .string(href)]]]
                    ]
                ], status: .multipleChoices)
        }
    }
}
