// Checks a server of greet.Greeter and user.UserService: client HOST:PORT. Prints what fails, and exits with 1 then.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	greet "interop/greet"
	user "interop/user"
)

var failed bool

func expect(what string, seen, expected interface{}) {
	if !reflect.DeepEqual(seen, expected) {
		failed = true
		fmt.Printf("FAIL %s: %v instead of %v\n", what, seen, expected)
	}
}

func expectStatus(what string, err error, code codes.Code, message string) {
	seen := status.Convert(err)
	expect(what, []interface{}{seen.Code(), seen.Message()}, []interface{}{code, message})
}

// names asks for users until the stream ends.
func names(stream user.UserService_ListUsersClient, err error) ([]string, error) {
	found := []string{}
	for err == nil {
		var one *user.UserResponse
		if one, err = stream.Recv(); err == nil {
			found = append(found, one.Name+one.Email)
		}
	}
	if err == io.EOF {
		err = nil
	}
	return found, err
}

func checkGreeter(ctx context.Context, connection *grpc.ClientConn) {
	stub := greet.NewGreeterClient(connection)
	for _, name := range []string{"", "world", "世界", "nul\x00", strings.Repeat("a", 1000000)} {
		for _, options := range [][]grpc.CallOption{nil, {grpc.UseCompressor(gzip.Name)}} {
			reply, err := stub.SayHello(ctx, &greet.HelloRequest{Name: name}, options...)
			expect("SayHello", err, nil)
			expect("SayHello", reply.GetMessage(), "Hello, "+name+"!")
		}
	}
	var header, trailer metadata.MD
	outgoing := metadata.AppendToOutgoingContext(ctx, "k", "v", "b-bin", "\x00\xff")
	_, err := stub.SayHello(outgoing, &greet.HelloRequest{}, grpc.Header(&header), grpc.Trailer(&trailer))
	expect("SayHello with metadata", err, nil)
	expect("headers", header.Get("content-type"), []string{"application/grpc"})
	expect("trailers", trailer.Len(), 0)

	var wait sync.WaitGroup
	messages := make([]string, 200)
	for i := range messages {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			reply, _ := stub.SayHello(ctx, &greet.HelloRequest{Name: fmt.Sprint(i)})
			messages[i] = reply.GetMessage()
		}(i)
	}
	wait.Wait()
	for i, message := range messages {
		expect("many calls at once", message, fmt.Sprintf("Hello, %d!", i))
	}

	err = connection.Invoke(ctx, "/greet.Greeter/Missing", &greet.HelloRequest{}, &greet.HelloReply{})
	expectStatus("a missing method", err, codes.Unimplemented, "Method not found!")
	tooLong := &greet.HelloRequest{Name: strings.Repeat("a", 4<<20)}
	_, err = stub.SayHello(ctx, tooLong)
	expectStatus("too long a request", err, codes.ResourceExhausted,
		"SERVER: Received message larger than max (4194309 vs. 4194304)")
}

func checkUserService(ctx context.Context, connection *grpc.ClientConn) {
	stub := user.NewUserServiceClient(connection)
	alice, err := stub.GetUser(ctx, &user.GetUserRequest{Id: 1})
	expect("GetUser", err, nil)
	expect("GetUser", []string{alice.GetName(), alice.GetEmail()}, []string{"Alice", "alice@example.com"})
	_, err = stub.GetUser(ctx, &user.GetUserRequest{Id: 99})
	expectStatus("GetUser of nobody", err, codes.NotFound, "User not found")

	for page, expected := range map[int32][]string{1: {"Alice", "Bob"}, 2: {"Carol"}, 0: {}, 9: {}} {
		found, err := names(stub.ListUsers(ctx, &user.ListUsersRequest{Page: page}))
		expect("ListUsers", err, nil)
		expect("ListUsers", found, expected)
	}

	stream, err := stub.CreateUsers(ctx)
	expect("CreateUsers", err, nil)
	for _, name := range []string{"a", "b", "c"} {
		expect("CreateUsers", stream.Send(&user.CreateUserRequest{Name: name}), nil)
	}
	result, err := stream.CloseAndRecv()
	expect("CreateUsers", err, nil)
	expect("CreateUsers", result.GetIds(), []int32{101, 102, 103})

	// Requests that do not end, until the caller says so.
	cancelled, cancel := context.WithCancel(ctx)
	stream, err = stub.CreateUsers(cancelled)
	expect("CreateUsers", err, nil)
	expect("CreateUsers", stream.Send(&user.CreateUserRequest{}), nil)
	cancel()
	expect("CreateUsers, cancelled", status.Code(stream.RecvMsg(&user.BatchResult{})), codes.Canceled)
	late, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	stream, err = stub.CreateUsers(late)
	expect("CreateUsers", err, nil)
	expect("CreateUsers, too late", status.Code(stream.RecvMsg(&user.BatchResult{})), codes.DeadlineExceeded)
	again, err := stub.GetUser(ctx, &user.GetUserRequest{Id: 2})
	expect("GetUser afterwards", err, nil)
	expect("GetUser afterwards", again.GetName(), "Bob")
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	connection, err := grpc.DialContext(ctx, os.Args[1], grpc.WithInsecure(), grpc.WithBlock())
	if err != nil {
		log.Fatal(err)
	}
	checkGreeter(ctx, connection)
	checkUserService(ctx, connection)
	if failed {
		os.Exit(1)
	}
	fmt.Println("all is well")
}
