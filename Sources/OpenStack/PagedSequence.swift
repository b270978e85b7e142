import Keystone

/// A list that the service hands out in pages, read as far as it is wanted.
///
/// The next page is asked for when the elements of the last one have been taken. It is a list over time, not a snapshot:
/// what is made or deleted while it is read may be in it or not.
package struct PagedSequence<Element: Sendable>: AsyncSequence, Sendable {
    package typealias Failure = ServiceError

    struct Page: Sendable {
        var elements: [Element]
        var next: PageLink?
    }

    /// More pages than this are a service that goes round in circles.
    private static var pageLimit: Int { 10_000 }

    private let serviceType: String
    private let fetch: @Sendable (_ query: String?) async throws(ServiceError) -> Page

    /// - Parameter fetch: reads the page with that query; the first one if there is none.
    init(
        serviceType: String, fetch: @escaping @Sendable (_ query: String?) async throws(ServiceError) -> Page
    ) {
        self.serviceType = serviceType
        self.fetch = fetch
    }

    /// The whole list; throws `.responseTooLarge` if it has more than `limit` elements.
    package func all(limit: Int = 100_000) async throws(ServiceError) -> [Element] {
        var all: [Element] = []
        var iterator = makeAsyncIterator()
        while let element = try await iterator.next() {
            guard all.count < limit else {
                throw ServiceError(
                    .responseTooLarge, "the list has more than \(limit) entries", serviceType: serviceType,
                    requestMayHaveArrived: true)
            }
            all.append(element)
        }
        return all
    }

    /// Shows the list to `visit` page by page, until there is no more or `visit` says no.
    package func pages(_ visit: ([Element]) -> Bool) async throws(ServiceError) {
        var iterator = makeAsyncIterator()
        while let page = try await iterator.nextPage(), visit(page) {}
    }

    package func makeAsyncIterator() -> Iterator { Iterator(serviceType: serviceType, fetch: fetch) }

    package struct Iterator: AsyncIteratorProtocol {
        package typealias Failure = ServiceError

        fileprivate let serviceType: String
        fileprivate let fetch: @Sendable (_ query: String?) async throws(ServiceError) -> Page
        private var elements: ArraySlice<Element> = []
        private var next: PageLink?
        private var pages = 0

        fileprivate init(
            serviceType: String, fetch: @escaping @Sendable (_ query: String?) async throws(ServiceError) -> Page
        ) {
            self.serviceType = serviceType
            self.fetch = fetch
        }

        package mutating func next() async throws(ServiceError) -> Element? {
            while elements.isEmpty {
                guard let page = try await nextPage() else { return nil }
                elements = page[...]
            }
            return elements.removeFirst()
        }

        fileprivate mutating func nextPage() async throws(ServiceError) -> [Element]? {
            guard pages == 0 || next != nil else { return nil }
            let page = try await readPage()
            pages += 1
            guard page.next == nil || (page.next != next && pages < pageLimit) else {
                throw ServiceError(
                    .invalidResponse, "the list does not end: its pages lead back to themselves",
                    serviceType: serviceType,
                    requestMayHaveArrived: true)
            }
            next = page.next
            return page.elements
        }

        /// A page that follows is found by the last element of the one before: when that was deleted meanwhile, the service
        /// refuses, and the list can be read anew.
        private func readPage() async throws(ServiceError) -> Page {
            do {
                return try await fetch(next?.query)
            } catch {
                guard pages > 0, error.code == .notFound || error.code == .badRequest else { throw error }
                throw ServiceError(
                    error.code, error.message, serviceType: serviceType, operation: error.operation,
                    status: error.status, requestID: error.requestID, disposition: .transient, cause: error)
            }
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(ServiceError) -> Element? {
            try await next()
        }
    }
}
